using InboundBridge.MailFlow.Queue.Asking;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Opening;
using InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.UnitTests.MailFlow.Reception.Asking;

/// <summary>A sender who heard nothing comes again with the same mail: the destination recognises it by its webhook-id.</summary>
public class RepeatedMailTests
{
    [Fact]
    public async Task After_a_deferral_the_id_is_the_same_whatever_the_time()
    {
        await using var scene = await AskScene.CreateAsync();
        var sent = scene.SendAsync();
        var first = await scene.Hook.NextAsync();
        first.End(AskScene.Refusal(isTemporary: true));
        Assert.Equal(451, (await sent).Code);
        scene.Reception.Clock.Advance(TimeSpan.FromHours(3));
        var repeat = scene.SendAsync();
        var second = await scene.Hook.NextAsync();
        Assert.Equal(first.Id, second.Id);
        Assert.NotEqual(first.Attempt.Message.Id, second.Attempt.Message.Id);
        second.End(AskScene.Taken);
        Assert.Equal(250, (await repeat).Code);
    }

    /// <summary>The 250 was lost, or the sender means it: the destination is asked again, and decides.</summary>
    [Fact]
    public async Task After_it_was_delivered_it_is_asked_again_with_the_same_webhook_id_and_both_are_on_record()
    {
        await using var scene = await AskScene.CreateAsync();
        await scene.SendAsync(AskScene.Taken);
        var first = await scene.OnlyDeliveryAsync();
        Assert.Equal(250, (await scene.SendAsync(AskScene.Taken)).Code);
        var both = await scene.Reception.DeliveriesAsync();
        Assert.Equal(2, both.Count);
        Assert.All(both, delivery => Assert.Equal((DeliveryState.Delivered, first.Id), (
            delivery.State, AskedIds.ForReceivers(delivery.Id))));
        Assert.Equal(2, await scene.MessagesAsync());
    }

    /// <summary>Otherwise the sender might hear 554 while the first mail, which got 250, is delivered later.</summary>
    [Fact]
    public async Task While_the_first_waits_in_the_queue_the_repeat_is_queued_without_asking()
    {
        await using var scene = await AskScene.CreateAsync();
        Assert.Equal(250, (await scene.SendAsync(new DeliveryOutcome.RetryLater("no answer within 30 s"))).Code);
        var first = await scene.OnlyDeliveryAsync();
        Assert.Equal(250, (await scene.SendAsync()).Code);
        var repeat = await scene.Hook.NextAsync();
        Assert.Null(repeat.Attempt.Ask);
        Assert.NotEqual(first.Id, repeat.Id);
        Assert.Equal(first.Id, AskedIds.ForReceivers(repeat.Id));
        repeat.End(AskScene.Taken);
        await scene.UntilAsync(delivery => delivery.State == DeliveryState.Delivered);
    }

    /// <summary>The repeat that waits has an id of its own, and the first mail is done.</summary>
    [Fact]
    public async Task While_a_repeat_waits_in_the_queue_the_next_one_is_queued_without_asking()
    {
        await using var scene = await AskScene.CreateAsync();
        await scene.SendAsync(AskScene.Taken);
        var first = await scene.OnlyDeliveryAsync();
        Assert.Equal(250, (await scene.SendAsync(new DeliveryOutcome.RetryLater("no answer within 30 s"))).Code);
        var sent = scene.SendAsync();
        var third = await scene.Hook.NextAsync();
        Assert.Null(third.Attempt.Ask);
        Assert.Equal(250, (await sent).Code);
        Assert.Equal(first.Id, AskedIds.ForReceivers(third.Id));
        third.End(AskScene.Taken);
        await scene.UntilAsync(delivery => delivery.Id == third.Id && delivery.State == DeliveryState.Delivered);
        Assert.Equal(3, (await scene.Reception.DeliveriesAsync()).Count(delivery => AskedIds.ForReceivers(delivery.Id) == first.Id));
    }

    /// <summary>Of two answers to the same mail, one could accept it and the other refuse it.</summary>
    [Fact]
    public async Task In_two_sessions_at_once_only_one_asks()
    {
        await using var scene = await AskScene.CreateAsync();
        await using var second = new OtherSession(scene);
        var sent = scene.SendAsync();
        var asked = await scene.Hook.NextAsync();
        var reply = await second.SendAsync();
        Assert.Equal((451, "webhook_defer"), (reply.Code, reply.Reason));
        Assert.Equal("hook: is being asked about the same mail", reply.LogDetail);
        asked.End(AskScene.Refusal(isTemporary: true));
        Assert.Equal(451, (await sent).Code);

        var again = second.SendAsync();
        (await scene.Hook.NextAsync()).End(AskScene.Taken);
        Assert.Equal(250, (await again).Code);
    }

    /// <summary>The destination has the mail, and we could not say so: for the sender nothing has happened.</summary>
    [Fact]
    public async Task After_a_commit_that_failed_the_repeat_has_the_same_id()
    {
        FaultyDatabaseDisk? disk = null;
        await using var scene = await AskScene.CreateAsync(internals: path =>
        {
            disk = new FaultyDatabaseDisk(path);
            return new SpoolInternals { Vfs = FaultyVfs.Name, Linger = TimeSpan.Zero };
        });
        var sent = scene.SendAsync();
        var first = await scene.Hook.NextAsync();
        disk!.Fails = (_, _) => true;
        first.End(AskScene.Taken);
        Assert.Equal((451, "spool"), ((await sent).Code, (await sent).Reason));
        disk.Fails = (_, _) => false;
        scene.Reception.Receiver.Reset();
        // The next successful write shows that the disk works again.
        await scene.Reception.Spool.SetPauseAsync("other", null, CancellationToken.None);
        Assert.Equal(0, await scene.MessagesAsync());
        var repeat = scene.SendAsync();
        var second = await scene.Hook.NextAsync();
        Assert.Equal(first.Id, second.Id);
        second.End(AskScene.Taken);
        Assert.Equal(250, (await repeat).Code);
        disk.Dispose();
    }

    [Fact]
    public async Task Two_deliveries_of_one_mail_to_the_same_destination_have_different_ids()
    {
        await using var scene = await AskScene.CreateAsync("""
            rules:
              - { name: one, when: { recipient: "*" }, then: [webhook: { destination: hook, format: raw }], continue: true }
              - { name: two, when: { recipient: "*" }, then: [webhook: hook] }
            """);
        var ids = new System.Collections.Concurrent.ConcurrentBag<string>();
        scene.Hook.Always = attempt =>
        {
            ids.Add(attempt.Delivery.Id);
            return AskScene.Taken;
        };
        Assert.Equal(250, (await scene.SendAsync()).Code);
        Assert.Equal(250, (await scene.SendAsync()).Code);
        Assert.Equal((4, 2), (ids.Count, ids.Select(AskedIds.ForReceivers).Distinct(StringComparer.Ordinal).Count()));
    }
}
