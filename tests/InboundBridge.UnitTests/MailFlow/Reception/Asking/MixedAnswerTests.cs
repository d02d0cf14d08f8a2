using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.UnitTests.MailFlow.Reception.Asking;

/// <summary>Several destinations or recipients of one mail, with different answers.</summary>
public class MixedAnswerTests
{
    private const string Both = """
        rules:
          - { name: first, when: { recipient: "*" }, then: [webhook: hook], continue: true }
          - { name: second, when: { recipient: "*" }, then: [webhook: other] }
        """;

    private const string Apart = """
        rules:
          - { name: a, when: { recipient: "a@*" }, then: [webhook: hook] }
          - { name: b, when: { recipient: "b@*" }, then: [webhook: other] }
        """;

    [Fact]
    public async Task A_queued_destination_gets_the_mail_only_after_the_asked_one_has_taken_it()
    {
        await using var scene = await AskScene.CreateAsync(Both);
        var queued = 0;
        scene.Other.Always = _ =>
        {
            Interlocked.Increment(ref queued);
            return AskScene.Taken;
        };
        Assert.Equal(554, (await scene.SendAsync(AskScene.Refusal(isTemporary: false))).Code);
        Assert.Equal(451, (await scene.SendAsync(AskScene.Refusal(isTemporary: true))).Code);
        Assert.Equal((0, 0), (await scene.MessagesAsync(), queued));

        Assert.Equal(250, (await scene.SendAsync(AskScene.Taken)).Code);
        await scene.UntilAsync(delivery => delivery is { State: DeliveryState.Delivered, Destination: "other" });
        Assert.Equal(2, (await scene.Reception.DeliveriesAsync()).Count(delivery => delivery.State == DeliveryState.Delivered));
    }

    /// <summary>The one that has taken the mail sees the repeat with the same id.</summary>
    [Theory]
    [InlineData(true, 451)]
    [InlineData(false, 554)]
    public async Task Two_are_asked_at_once_and_one_refuses(bool isTemporary, int code)
    {
        await using var scene = await AskScene.CreateAsync(Both, other: true);
        var taken = new List<string>();
        scene.Other.Always = attempt =>
        {
            taken.Add(attempt.Delivery.Id);
            return AskScene.Taken;
        };
        Assert.Equal(code, (await scene.SendAsync(AskScene.Refusal(isTemporary))).Code);
        Assert.Equal(0, await scene.MessagesAsync());
        Assert.Equal(250, (await scene.SendAsync(AskScene.Taken)).Code);
        Assert.Equal(2, taken.Count);
        Assert.Single(taken.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_deferral_of_one_recipient_defers_the_mail_even_where_another_is_refused()
    {
        await using var scene = await AskScene.CreateAsync(Apart, other: true);
        scene.Other.Always = _ => AskScene.Refusal(isTemporary: false);
        Assert.Equal(451, (await scene.SendAsync(AskScene.Refusal(isTemporary: true), "a@example.com", "b@example.com")).Code);
        Assert.Equal(0, await scene.MessagesAsync());
    }

    /// <summary>As with rules: 250 for the rest, and a record of the refusal, which a bounce tells the sender.</summary>
    [Fact]
    public async Task A_refusal_of_one_recipient_is_on_record_beside_the_others()
    {
        await using var scene = await AskScene.CreateAsync(Apart, other: true);
        var reply = await scene.SendAsync(AskScene.Refusal(isTemporary: false, "Not for a"), "a@example.com", "b@example.com");
        Assert.Equal(250, reply.Code);
        var deliveries = await scene.Reception.DeliveriesAsync();
        var refused = Assert.Single(deliveries, delivery => delivery.State == DeliveryState.Dead);
        Assert.Equal(("", "a@example.com", "a", "554 5.7.1 Not for a"), (
            refused.Destination, Assert.Single(refused.Recipients).Original, refused.Rule, refused.LastReply?.Text));
        Assert.Equal("other", Assert.Single(deliveries, delivery => delivery.State == DeliveryState.Delivered).Destination);
    }

    [Fact]
    public async Task A_refused_recipient_is_taken_out_of_what_waits_for_others()
    {
        await using var scene = await AskScene.CreateAsync("""
            rules:
              - { name: picky, when: { recipient: "a@*" }, then: [webhook: hook], continue: true }
              - { name: boxes, when: { recipient: "*" }, then: [lmtp: boxes] }
            """);
        Assert.Equal(250, (await scene.SendAsync(AskScene.Refusal(isTemporary: false), "a@example.com", "b@example.com")).Code);
        await scene.UntilAsync(delivery => delivery.State == DeliveryState.Delivered);
        var boxes = (await scene.Reception.DeliveriesAsync()).Where(delivery => delivery.Destination == "boxes").ToList();
        Assert.Equal(["b@example.com"], boxes.SelectMany(delivery => delivery.Recipients).Select(recipient => recipient.Original));
    }

    [Fact]
    public async Task On_lmtp_each_recipient_hears_its_own_destination()
    {
        await using var scene = await AskScene.CreateAsync(Apart, mode: SmtpListenerMode.Lmtp, other: true);
        Assert.Equal([451, 250], await RepliesAsync(scene, AskScene.Refusal(isTemporary: true)));
        Assert.Equal("other", (await scene.OnlyDeliveryAsync()).Destination);
        Assert.Equal([554, 250], await RepliesAsync(scene, AskScene.Refusal(isTemporary: false)));
        Assert.All(await scene.Reception.DeliveriesAsync(), delivery => Assert.Equal("other", delivery.Destination));
    }

    [Fact]
    public async Task On_lmtp_a_mail_that_all_refuse_leaves_nothing()
    {
        await using var scene = await AskScene.CreateAsync(Apart, mode: SmtpListenerMode.Lmtp, other: true);
        scene.Other.Always = _ => AskScene.Refusal(isTemporary: true);
        Assert.Equal([554, 451], await RepliesAsync(scene, AskScene.Refusal(isTemporary: false)));
        Assert.Equal(0, await scene.MessagesAsync());
        Assert.DoesNotContain(scene.Log.All, line => line.Event == 1001);
    }

    [Fact]
    public async Task A_rules_refusal_and_a_destinations_are_told_alike()
    {
        await using var scene = await AskScene.CreateAsync("""
            rules:
              - { name: no, when: { recipient: "a@*", subject: "Help" }, then: [reject: No] }
              - { name: all, when: { recipient: "*" }, then: [webhook: hook] }
            """);
        var reply = await scene.SendAsync(AskScene.Refusal(isTemporary: false, "Nor here"), "a@example.com", "b@example.com");
        // The first recipient's refusal stands for all, as with rules.
        Assert.Equal(("No", "rule_reject"), (reply.Text, reply.Reason));
        Assert.Equal(0, await scene.MessagesAsync());
    }

    private static async Task<List<int>> RepliesAsync(AskScene scene, DeliveryOutcome ofHook)
    {
        await scene.Reception.MailAsync();
        await scene.Reception.RcptAsync("a@example.com");
        await scene.Reception.RcptAsync("b@example.com");
        var sent = scene.Reception.DataAsync(AskScene.Mail);
        (await scene.Hook.NextAsync()).End(ofHook);
        IReadOnlyList<SmtpReply> replies = await sent;
        scene.Reception.Receiver.Reset();
        return [.. replies.Select(reply => reply.Code)];
    }
}
