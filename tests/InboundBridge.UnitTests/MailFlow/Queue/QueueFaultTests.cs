using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.MailFlow.Queue;

/// <summary>A spool, a target or a hook that breaks: nothing is lost, nothing is delivered that can't be recorded.</summary>
public class QueueFaultTests
{
    private const int NotRecorded = 2121;
    private const int AttemptBroke = 2120;
    private const int HookBroke = 2122;

    [Fact]
    public async Task An_outcome_that_cannot_be_recorded_is_kept_until_it_can_and_nothing_is_delivered_meanwhile()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add(QueueFixture.Destination() with { Concurrency = 1 });
        await fixture.StartAsync();
        var first = await fixture.AcceptAsync();
        fixture.Faults.Failing.Add("CompleteAsync");
        (await target.NextAsync()).End(new DeliveryOutcome.Delivered("200"));
        await fixture.Log.NextAsync(NotRecorded);
        var second = await fixture.AcceptAsync();
        // One attempt may be under way, and none is: a result waits to be recorded.
        Assert.Equal(0, await fixture.ActiveAsync());
        lock (fixture.Faults.Failing)
            fixture.Faults.Failing.Clear();
        await fixture.AdvanceUntilAsync(fixture.Log.NextAsync(QueueFixture.Delivered));
        Assert.Equal(DeliveryState.Delivered, (await fixture.FindAsync(first)).State);
        Assert.Equal(second, (await target.NextAsync()).Id);
    }

    [Fact]
    public async Task A_target_that_throws_is_a_temporary_failure()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add();
        target.Always = _ => throw new InvalidOperationException("a bug");
        await fixture.StartAsync();
        var id = await fixture.AcceptAsync();
        await fixture.Log.NextAsync(AttemptBroke);
        await fixture.Log.NextAsync(QueueFixture.Retrying);
        Assert.Equal(
            ("internal error: InvalidOperationException", DeliveryState.Retrying),
            ((await fixture.FindAsync(id)).LastReply?.Text, (await fixture.FindAsync(id)).State));
    }

    [Fact]
    public async Task A_hook_that_throws_does_not_keep_the_end_from_being_recorded()
    {
        await using var fixture = new QueueFixture { Hook = (_, _) => throw new InvalidOperationException("a bug") };
        var target = fixture.Add();
        await fixture.StartAsync();
        var id = await fixture.AcceptAsync();
        (await target.NextAsync()).End(new DeliveryOutcome.Failed("550"));
        await fixture.Log.NextAsync(HookBroke);
        await fixture.Log.NextAsync(QueueFixture.Dead);
        Assert.Equal(DeliveryState.Dead, (await fixture.FindAsync(id)).State);
    }

    [Fact]
    public async Task A_commit_that_fails_leaves_nothing_in_the_queue()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add();
        await fixture.StartAsync();
        fixture.Faults.Failing.Add("CommitAsync");
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => fixture.AcceptAsync());
        fixture.Faults.Failing.Clear();
        var id = await fixture.AcceptAsync();
        Assert.Equal(id, (await target.NextAsync()).Id);
        Assert.Equal(1, await fixture.ActiveAsync());
    }

    [Fact]
    public async Task A_window_that_cannot_be_read_is_read_again_later()
    {
        await using var fixture = new QueueFixture();
        fixture.Add();
        await fixture.StartAsync();
        var id = await fixture.AcceptAsync();
        var target = fixture.Replace("hook");
        await fixture.RestartAsync(faults => faults.Failing.Add("ClaimAsync"));
        await fixture.Log.NextAsync(2124);
        lock (fixture.Faults.Failing)
            fixture.Faults.Failing.Clear();
        var next = target.NextAsync();
        await fixture.AdvanceUntilAsync(next);
        Assert.Equal(id, (await next).Id);
    }

    [Fact]
    public async Task A_damaged_message_is_set_aside_and_others_are_delivered()
    {
        await using var fixture = new QueueFixture();
        fixture.Add();
        await fixture.StartAsync();
        var damaged = await fixture.AcceptAsync();
        var fine = await fixture.AcceptAsync();
        await fixture.StopAsync();
        var path = Path.Combine(fixture.Path, "spool.db");
        var octets = await File.ReadAllBytesAsync(path);
        octets[octets.AsSpan().IndexOf(SampleMail.Octets(1, 100)) + 50] ^= 1;
        await File.WriteAllBytesAsync(path, octets);
        var target = fixture.Replace("hook");
        await fixture.RestartAsync();
        Assert.Equal(fine, (await target.NextAsync()).Id);
        await fixture.Log.NextAsync(QueueFixture.Dead);
        Assert.Contains("damaged", (await fixture.FindAsync(damaged)).LastReply?.Text, StringComparison.Ordinal);
    }
}
