using System.Collections.Concurrent;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.MailFlow.Queue.Attempts;

/// <summary>What becomes of a result that the spool refuses, that an operator overtakes, or from which other mail follows.</summary>
public class ResultRecorderTests
{
    private const int Resumed = 2113;
    private const int NotRecorded = 2121;
    private const int ClaimLost = 2126;

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_spool_that_fails_a_second_time_stops_deliveries_as_the_first_time()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add();
        await fixture.StartAsync();
        var first = await fixture.AcceptAsync();
        var attempt = await target.NextAsync();
        // The result finds another version when the spool works again, and is recorded on top of it.
        await fixture.Queue.CancelAsync(new DeliveryFilter { Id = first }, None);
        fixture.Faults.Fail("CompleteAsync");
        attempt.End(new DeliveryOutcome.Delivered("200"));
        await fixture.Log.NextAsync(NotRecorded);
        fixture.Faults.Recover();
        await fixture.AdvanceUntilAsync(fixture.Log.NextAsync(QueueFixture.Delivered));
        await fixture.AcceptAsync();
        attempt = await target.NextAsync();
        fixture.Faults.Fail("CompleteAsync");
        attempt.End(new DeliveryOutcome.Delivered("200"));
        await fixture.Log.NextAsync(NotRecorded);
        await fixture.AcceptAsync();
        Assert.Equal(0, await fixture.ActiveAsync());
    }

    /// <summary>Hundreds of results may wait, and the database that comes back has other work to do.</summary>
    [Fact]
    public async Task A_spool_that_stays_away_is_asked_more_and_more_seldom_and_at_once_when_it_is_back()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add();
        await fixture.StartAsync();
        await fixture.AcceptAsync();
        var attempt = await target.NextAsync();
        var (isAway, seconds) = (true, 0);
        // The pauses before each question, in seconds: each of them begins with a look at the spool.
        var pauses = new ConcurrentQueue<int>();
        fixture.Faults.Instead["get_Condition"] = () =>
        {
            Interlocked.Increment(ref seconds);
            return Volatile.Read(ref isAway) ? SpoolCondition.Failing : SpoolCondition.Ready;
        };
        fixture.Faults.Instead["CompleteAsync"] = () =>
        {
            pauses.Enqueue(Interlocked.Exchange(ref seconds, 0));
            return Volatile.Read(ref isAway) ? throw new SpoolUnavailableException("it is away")
                : new ValueTask<CompletionResult>(CompletionResult.Recorded);
        };
        attempt.End(new DeliveryOutcome.Delivered("200"));
        while (pauses.Count < 9 || Volatile.Read(ref seconds) == 0)
        {
            fixture.Clock.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
        }
        var before = Volatile.Read(ref seconds);
        Volatile.Write(ref isAway, false);
        await fixture.AdvanceUntilAsync(fixture.Log.NextAsync(QueueFixture.Delivered));
        Assert.Equal([0, 1, 2, 4, 8, 16, 30, 30, 30], pauses.Take(9));
        Assert.InRange(pauses.Last(), before, before + 2);
    }

    [Fact]
    public async Task A_delivery_that_is_gone_after_its_attempt_is_forgotten_with_what_would_have_followed()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add(QueueFixture.Destination() with { OnFailure = "store" });
        fixture.Add(QueueFixture.Destination("store"));
        await fixture.StartAsync();
        await fixture.Queue.PauseAsync("store", "so that what arrives stays", None);
        await fixture.AcceptAsync();
        var attempt = await target.NextAsync();
        fixture.Faults.Instead["CompleteAsync"] = () => new ValueTask<CompletionResult>(CompletionResult.Gone);
        attempt.End(new DeliveryOutcome.Failed("550"));
        Assert.Contains("its message was deleted", await fixture.Log.NextAsync(ClaimLost), StringComparison.Ordinal);
        await fixture.RememberedAsync(0);
    }

    /// <summary>A database that is stopped may have committed what it could not answer any more.</summary>
    [Theory]
    [InlineData("delivered", QueueFixture.Delivered, DeliveryState.Delivered)]
    [InlineData("retry", QueueFixture.Retrying, DeliveryState.Retrying)]
    [InlineData("failed", QueueFixture.Dead, DeliveryState.Dead)]
    public async Task A_result_that_was_recorded_without_an_answer_is_reported_once(string end, int said, DeliveryState state)
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add();
        await fixture.StartAsync();
        var id = await fixture.AcceptAsync();
        var attempt = await target.NextAsync();
        fixture.Faults.LosesAnswer = true;
        attempt.End(end switch
        {
            "delivered" => new DeliveryOutcome.Delivered("200"),
            "retry" => new DeliveryOutcome.RetryLater("later", TimeSpan.FromHours(1), Answered: true),
            _ => new DeliveryOutcome.Failed("550"),
        });
        await fixture.Log.NextAsync(NotRecorded);
        await fixture.AdvanceUntilAsync(fixture.Log.NextAsync(said));
        var delivery = await fixture.FindAsync(id);
        Assert.Equal((state, 1), (delivery.State, delivery.Attempts));
        Assert.Equal((1, 0), (fixture.Log.Count(said), fixture.Log.Count(ClaimLost)));
        // Deliveries go on.
        await fixture.AcceptAsync();
        await target.NextAsync();
    }

    /// <summary>The commit has claimed the deliveries, and nobody here knew it: only the claim's expiry would free them.</summary>
    [Theory]
    [InlineData("store", true)]
    [InlineData("bounce", true)]
    [InlineData("store", false)]
    public async Task What_follows_from_a_result_that_was_recorded_without_an_answer_is_attempted_soon(string onFailure, bool isShared)
    {
        QueueFixture? fixture = null;
        await using var owner = fixture = new QueueFixture
        {
            // An hour instead of 30 s: the clock of the test runs faster than a busy machine works.
            ClaimLifetime = isShared ? TimeSpan.FromHours(1) : Timeout.InfiniteTimeSpan,
            Hook = onFailure == "bounce"
                ? async (end, _) => end.Delivery.Destination == "hook" ? await BounceAsync(fixture!, 10) : null : null,
        };
        var target = fixture.Add(QueueFixture.Destination() with { OnFailure = onFailure });
        var store = fixture.Add(QueueFixture.Destination("store"));
        await fixture.StartAsync();
        await fixture.AcceptAsync();
        var attempt = await target.NextAsync();
        fixture.Faults.LosesAnswer = true;
        attempt.End(new DeliveryOutcome.Failed("550"));
        await fixture.Log.NextAsync(NotRecorded);
        var since = fixture.Now;
        var followed = store.NextAsync();
        await fixture.AdvanceUntilAsync(followed, TimeSpan.FromMilliseconds(100));
        Assert.True(fixture.Now - since < TimeSpan.FromMinutes(59), "its claim has expired");
        (await followed).End(new DeliveryOutcome.Delivered("250"));
        await fixture.AdvanceUntilAsync(fixture.Log.NextAsync(QueueFixture.Delivered));
    }

    [Fact]
    public async Task A_bounce_that_was_not_recorded_leaves_no_file()
    {
        QueueFixture? fixture = null;
        await using var owner = fixture = new QueueFixture { Hook = async (_, _) => await BounceAsync(fixture!, 100_000) };
        var target = fixture.Add(QueueFixture.Destination() with { OnFailure = "bounce" });
        await fixture.StartAsync();
        await fixture.AcceptAsync();
        var attempt = await target.NextAsync();
        fixture.Faults.Instead["CompleteAsync"] = () => new ValueTask<CompletionResult>(CompletionResult.Gone);
        attempt.End(new DeliveryOutcome.Failed("550"));
        await fixture.Log.NextAsync(ClaimLost);
        Assert.Empty(Directory.GetFiles(Path.Combine(fixture.Path, "bodies")));
    }

    [Fact]
    public async Task Nothing_follows_from_a_mail_that_was_erased_during_its_attempt()
    {
        var asked = 0;
        QueueFixture? fixture = null;
        await using var owner = fixture = new QueueFixture
        {
            Hook = async (_, _) =>
            {
                Interlocked.Increment(ref asked);
                return await BounceAsync(fixture!, 10);
            },
        };
        var hook = fixture.Add(QueueFixture.Destination() with { OnFailure = "store" });
        var outbound = fixture.Add(QueueFixture.Destination("outbound") with { OnFailure = "bounce" });
        fixture.Add(QueueFixture.Destination("store"));
        await fixture.StartAsync();
        await fixture.Queue.PauseAsync("store", "so that what arrives stays", None);
        var handed = await fixture.AcceptAsync();
        var bounced = await fixture.AcceptAsync("outbound");
        var attempts = (Hook: await hook.NextAsync(), Outbound: await outbound.NextAsync());
        await fixture.Queue.EraseAsync(handed, None);
        await fixture.Queue.EraseAsync(bounced, None);
        attempts.Hook.End(new DeliveryOutcome.Failed("550"));
        await fixture.Log.NextAsync(QueueFixture.Cancelled);
        Assert.Equal((1, 0), (fixture.Queue.Remembered, asked));
        attempts.Outbound.End(new DeliveryOutcome.Failed("550"));
        await fixture.Log.NextAsync(QueueFixture.Dead);
        // The hook was asked before it was known that the mail is gone, and not again after that.
        Assert.Equal((0, 1), (fixture.Queue.Remembered, asked));
        Assert.Null(await fixture.Spool.FindMessageAsync("bounce", None));
    }

    [Fact]
    public async Task The_result_of_a_second_attempt_is_recorded_without_reading_the_delivery_again()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add();
        await fixture.StartAsync();
        await fixture.AcceptAsync();
        (await target.NextAsync()).End(new DeliveryOutcome.RetryLater("later"));
        await fixture.Log.NextAsync(QueueFixture.Retrying);
        var next = target.NextAsync();
        await fixture.AdvanceUntilAsync(next);
        fixture.Faults.ForgetCalls();
        (await next).End(new DeliveryOutcome.Delivered("200"));
        await fixture.Log.NextAsync(QueueFixture.Delivered);
        await fixture.Spool.ReadTotalsAsync(None);
        Assert.DoesNotContain("FindDeliveryAsync", await fixture.Faults.CalledAsync("ReadTotalsAsync"));
    }

    [Fact]
    public async Task What_is_handed_over_is_claimed_by_the_queue_that_recorded_the_failure()
    {
        await using var fixture = new QueueFixture { ClaimLifetime = TimeSpan.FromSeconds(30) };
        var target = fixture.Add(QueueFixture.Destination() with { OnFailure = "store" });
        fixture.Add(QueueFixture.Destination("store"));
        await fixture.StartAsync();
        await fixture.Queue.PauseAsync("store", "so that what arrives stays", None);
        await fixture.AcceptAsync();
        (await target.NextAsync()).End(new DeliveryOutcome.Failed("550"));
        await fixture.Log.NextAsync(QueueFixture.Cancelled);
        Assert.Equal(1, fixture.Queue.Remembered);
        var other = new ClaimTerms("another node", TimeSpan.FromSeconds(30));
        var request = new ClaimRequest("store", KeepsOrder: false, 10, DateTimeOffset.MaxValue, other);
        Assert.Empty((await fixture.Faults.Inner.ClaimAsync(request, None)).Claimed);
    }

    [Fact]
    public async Task A_pause_that_a_destination_asked_for_can_be_ended_by_another_node()
    {
        await using var fixture = new QueueFixture();
        var target = fixture.Add();
        await fixture.StartAsync();
        await fixture.AcceptAsync();
        (await target.NextAsync()).End(new DeliveryOutcome.PauseDestination("410 Gone"));
        await fixture.Log.NextAsync(QueueFixture.Retrying);
        await fixture.Spool.SetPauseAsync("hook", null, None);
        await fixture.AdvanceUntilAsync(fixture.Log.NextAsync(Resumed));
    }

    private static async Task<NewMail?> BounceAsync(QueueFixture fixture, int octets)
    {
        var staged = await SampleMail.StageAsync(fixture.Spool, "bounce", SampleMail.Octets(1, octets));
        var delivery = SampleMail.Delivery("b1", "bounce", fixture.Now, "store");
        return new NewMail(staged, SampleMail.Message(staged, fixture.Now, ""), [delivery]);
    }
}
