using InboundBridge.MailFlow.Bounces;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Queue;
using InboundBridge.UnitTests.MailFlow.Spool;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.MailFlow.Bounces;

/// <summary>Bounces behind a real queue and spool.</summary>
public class BouncesOfTheQueueTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_failure_and_its_bounce_are_stored_together_and_the_bounce_leaves()
    {
        await using var queue = new QueueFixture();
        var (hook, outbound) = (queue.Add(Bouncing()), queue.Add(QueueFixture.Destination("outbound")));
        await queue.StartAsync();
        Listen(queue);
        var id = await queue.AcceptAsync();
        (await hook.NextAsync()).End(new DeliveryOutcome.Failed(BounceFixture.Refusal()));
        var attempt = await outbound.NextAsync();
        Assert.Equal("", attempt.Attempt.Message.Envelope.Sender);
        Assert.Equal(BounceFixture.Sender, Assert.Single(attempt.Attempt.Delivery.Recipients).Address);
        Assert.Equal(DeliveryState.Dead, (await queue.FindAsync(id)).State);
        Assert.Equal(id, attempt.Attempt.Message.Cause!.MessageId);
        attempt.End(new DeliveryOutcome.Failed(BounceFixture.Refusal()));
        await queue.Log.NextAsync(QueueFixture.Dead);
        await queue.Log.NextAsync(QueueFixture.Dead);
        Assert.Equal(2, (await queue.Spool.ReadTotalsAsync(None)).Messages);
    }

    [Fact]
    public async Task A_spool_that_fails_makes_no_second_bounce()
    {
        await using var queue = new QueueFixture();
        var (hook, outbound) = (queue.Add(Bouncing()), queue.Add(QueueFixture.Destination("outbound")));
        await queue.StartAsync();
        Listen(queue);
        var id = await queue.AcceptAsync();
        lock (queue.Faults.Failing)
            queue.Faults.Failing.Add(nameof(IMailSpool.CompleteAsync));
        (await hook.NextAsync()).End(new DeliveryOutcome.Failed(BounceFixture.Refusal()));
        await queue.Log.NextAsync(2121);
        Assert.Empty(await queue.Spool.FindFollowUpsAsync(id, None));
        lock (queue.Faults.Failing)
            queue.Faults.Failing.Clear();
        await queue.AdvanceUntilAsync(outbound.NextAsync());
        Assert.Single(await queue.Spool.FindFollowUpsAsync(id, None));
    }

    [Fact]
    public async Task After_a_restart_the_bounce_is_there_and_leaves()
    {
        await using var queue = new QueueFixture();
        var hook = queue.Add(Bouncing());
        queue.Add(QueueFixture.Destination("outbound"));
        await queue.StartAsync();
        Listen(queue);
        var id = await queue.AcceptAsync();
        (await hook.NextAsync()).End(new DeliveryOutcome.Failed(BounceFixture.Refusal()));
        await queue.Log.NextAsync(QueueFixture.Dead);
        queue.Replace("hook");
        var outbound = queue.Replace("outbound");
        await queue.RestartAsync();
        Assert.Equal(id, (await outbound.NextAsync()).Attempt.Message.Cause!.MessageId);
        Assert.Single(await queue.Spool.FindFollowUpsAsync(id, None));
    }

    [Fact]
    public async Task A_mail_that_is_refused_for_some_is_stored_with_its_bounce()
    {
        await using var queue = new QueueFixture();
        var (hook, outbound) = (queue.Add(Bouncing()), queue.Add(QueueFixture.Destination("outbound")));
        await queue.StartAsync();
        Listen(queue);
        await using var staged = await SampleMail.StageAsync(queue.Spool, "part", SampleMail.Octets(1, 100));
        var accepted = SampleMail.Delivery("part-0", "part", queue.Now) with { OptionsJson = null };
        var refused = accepted with
        {
            Id = "part-1",
            Destination = "",
            State = DeliveryState.Dead,
            Recipients = [new("bob@example.com")],
            LastReply = new DeliveryReply(550, "5.7.1", "550 5.7.1 not here", null),
        };
        await queue.Queue.AcceptAsync(staged, SampleMail.Message(staged, queue.Now), [accepted, refused], None);
        Assert.Equal("part-0", (await hook.NextAsync()).Id);
        var cause = (await outbound.NextAsync()).Attempt.Message.Cause!;
        Assert.Equal(("part", "part-1", "refused"), (cause.MessageId, cause.DeliveryId, cause.Reason));
        Assert.Equal("bob@example.com", Assert.Single(cause.Recipients));
        Assert.Equal(DeliveryState.Dead, (await queue.FindAsync("part-1")).State);
    }

    [Fact]
    public async Task A_mail_that_can_not_be_stored_leaves_no_bounce()
    {
        await using var queue = new QueueFixture();
        queue.Add(Bouncing());
        queue.Add(QueueFixture.Destination("outbound"));
        await queue.StartAsync();
        Listen(queue);
        await using var staged = await SampleMail.StageAsync(queue.Spool, "part", SampleMail.Octets(1, 100));
        var refused = SampleMail.Delivery("part-1", "part", queue.Now) with
        {
            OptionsJson = null,
            Destination = "",
            State = DeliveryState.Dead,
            LastReply = BounceFixture.Refusal(),
        };
        lock (queue.Faults.Failing)
            queue.Faults.Failing.Add(nameof(IMailSpool.CommitWithFollowUpsAsync));
        await Assert.ThrowsAsync<SpoolUnavailableException>(
            async () => await queue.Queue.AcceptAsync(staged, SampleMail.Message(staged, queue.Now), [refused], None));
        Assert.Equal(0, (await queue.Spool.ReadTotalsAsync(None)).Messages);
    }

    [Fact]
    public async Task A_delay_is_told_once_over_a_restart()
    {
        await using var queue = new QueueFixture();
        var retry = new RetryOptions { Jitter = 0, Schedule = [TimeSpan.FromHours(3)], MaximumAge = TimeSpan.FromDays(5) };
        var hook = queue.Add(Bouncing() with { Retry = retry });
        var outbound = queue.Add(QueueFixture.Destination("outbound"));
        outbound.Always = _ => new DeliveryOutcome.Delivered("taken");
        await queue.StartAsync();
        Listen(queue);
        var id = await queue.AcceptAsync();
        for (var attempt = 0; attempt < 5; attempt++)
        {
            if (attempt == 3)
            {
                hook = queue.Replace("hook");
                queue.Replace("outbound").Always = _ => new DeliveryOutcome.Delivered("taken");
                await queue.RestartAsync();
                Listen(queue);
            }
            var next = hook.NextAsync();
            if (attempt > 0)
                queue.Clock.Advance(TimeSpan.FromHours(3));
            (await next).End(new DeliveryOutcome.RetryLater("busy", Answered: true));
            await queue.Log.NextAsync(QueueFixture.Retrying);
            Assert.Equal(attempt < 2 ? 0 : 1, (await queue.Spool.FindFollowUpsAsync(id, None)).Count);
        }
    }

    [Fact]
    public async Task Erasing_a_mail_erases_the_bounce_that_quotes_it()
    {
        await using var queue = new QueueFixture();
        var (hook, outbound) = (queue.Add(Bouncing()), queue.Add(QueueFixture.Destination("outbound")));
        await queue.StartAsync();
        Listen(queue);
        var id = await queue.AcceptAsync();
        (await hook.NextAsync()).End(new DeliveryOutcome.Failed(BounceFixture.Refusal()));
        (await outbound.NextAsync()).End(new DeliveryOutcome.Delivered("taken"));
        await queue.Log.NextAsync(QueueFixture.Delivered);
        Assert.NotNull(await queue.Queue.EraseAsync(id, None));
        Assert.True(Assert.Single(await queue.Spool.FindFollowUpsAsync(id, None)).IsErased);
    }

    private static DestinationOptions Bouncing() => QueueFixture.Destination() with { OnFailure = "bounce" };

    private static void Listen(QueueFixture queue) => queue.Queue.Hooks = new DeliveryBounces(
        queue.Spool, queue.Clock, new BounceMetrics(new MetricRegistry()), NullLogger<DeliveryBounces>.Instance,
        BounceFixture.Options with { OnlyIfAuthenticated = false }).Hooks;
}
