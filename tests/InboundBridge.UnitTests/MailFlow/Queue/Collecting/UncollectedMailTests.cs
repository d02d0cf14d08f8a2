using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Queue.Collecting;

/// <summary>Mail that nobody collects: it is never attempted, its sender hears of it, and it is given up in time.</summary>
public class UncollectedMailTests
{
    [Fact]
    public async Task Mail_waits_without_any_attempt_until_it_is_given_up()
    {
        await using var fixture = await StartAsync(TimeSpan.FromDays(3));
        var ends = new List<DeliveryEnd>();
        fixture.Base.Queue.Hooks = new DeliveryHooks
        {
            Ended = (end, _) =>
            {
                ends.Add(end);
                return ValueTask.FromResult<NewMail?>(null);
            },
        };
        var id = await fixture.AcceptAsync("a@branch.example");
        await fixture.Base.AdvanceUntilAsync(fixture.Base.Log.NextAsync(QueueFixture.Dead), TimeSpan.FromMinutes(5));
        var delivery = await fixture.Base.FindAsync(id);
        Assert.Equal((DeliveryState.Dead, 0), (delivery.State, delivery.Attempts));
        Assert.Contains("did not collect", delivery.LastReply!.Text, StringComparison.Ordinal);
        Assert.True(delivery.EndedAt - delivery.CreatedAt >= TimeSpan.FromDays(3));
        Assert.True(Assert.Single(ends).Expired);
        Assert.Empty(fixture.Target.Attempts);
        Assert.Null(await fixture.CollectAsync());
    }

    [Fact]
    public async Task The_sender_hears_of_the_delay_once_and_nothing_counts_as_an_attempt()
    {
        await using var fixture = await StartAsync(TimeSpan.FromDays(3650));
        var told = new List<DeliveryWait>();
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Base.Queue.Hooks = new DeliveryHooks
        {
            WaitsAfter = () => TimeSpan.FromHours(4),
            WantsWait = wait => wait.Attempt.Started - wait.Delivery.CreatedAt >= TimeSpan.FromHours(4),
            Waits = (wait, _) =>
            {
                lock (told)
                    told.Add(wait);
                first.TrySetResult();
                return ValueTask.FromResult<NewMail?>(null);
            },
        };
        var id = await fixture.AcceptAsync("a@branch.example");
        await fixture.Base.AdvanceUntilAsync(first.Task, TimeSpan.FromMinutes(5));
        await fixture.Base.AdvanceUntilAsync(LooksAsync(fixture, id, 3), TimeSpan.FromMinutes(5));
        var wait = Assert.Single(told);
        Assert.Equal((id, "waiting", 0), (wait.Delivery.Id, wait.Attempt.Outcome, wait.Attempt.Number));
        Assert.Equal(DeliveryState.Pending, wait.Delivery.State);
        Assert.Equal("waiting", Assert.Single(await fixture.Base.Spool.ListAttemptsAsync(id, CancellationToken.None)).Outcome);
        Assert.Equal(OnDemandWait.Text, (await fixture.Base.FindAsync(id)).LastReply?.Text);
        Assert.Empty(fixture.Target.Attempts);
    }

    [Fact]
    public async Task What_is_given_up_goes_to_the_destination_of_on_failure()
    {
        await using var fixture = new CollectingFixture(
            options => options with { OnFailure = "store", Retry = new RetryOptions { Jitter = 0, MaximumAge = TimeSpan.FromDays(1) } });
        var store = fixture.Base.Add(QueueFixture.Destination("store"));
        await fixture.StartAsync();
        await fixture.AcceptAsync("a@branch.example");
        var attempt = store.NextAsync();
        await fixture.Base.AdvanceUntilAsync(attempt, TimeSpan.FromMinutes(5));
        Assert.Equal(["branch"], (await attempt).Attempt.Delivery.FailedDestinations);
    }

    [Fact]
    public async Task A_look_does_not_hide_mail_from_its_receiver()
    {
        await using var fixture = await StartAsync(TimeSpan.FromDays(3));
        var id = await fixture.AcceptAsync("a@branch.example");
        fixture.Base.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([$"{id} a@branch.example"], await fixture.CollectAsync());
    }

    [Theory]
    [InlineData(0, 72, null, 4)]
    [InlineData(0, 72, 3, 3)]
    [InlineData(3, 72, 3, 4)]
    [InlineData(70, 72, 3, 2)]
    [InlineData(71, 72, 80, 1)]
    public void Looks_come_at_the_notice_at_the_end_and_every_four_hours(int age, int maximum, int? notice, int expected) => Assert.Equal(
        TimeSpan.FromHours(expected),
        OnDemandWait.From(TimeSpan.FromHours(age), TimeSpan.FromHours(maximum), notice is { } hours ? TimeSpan.FromHours(hours) : null));

    [Fact]
    public void A_look_is_never_due_at_once() =>
        Assert.Equal(TimeSpan.FromSeconds(1), OnDemandWait.From(TimeSpan.FromHours(73), TimeSpan.FromHours(72), null));

    /// <summary>Ends when so many more looks at the delivery are on record.</summary>
    private static async Task LooksAsync(CollectingFixture fixture, string id, int looks)
    {
        var before = (await fixture.Base.FindAsync(id)).Version;
        while ((await fixture.Base.FindAsync(id)).Version < before + looks)
            await Task.Yield();
    }

    private static Task<CollectingFixture> StartAsync(TimeSpan maximumAge) => new CollectingFixture(
        options => options with { Retry = new RetryOptions { Jitter = 0, MaximumAge = maximumAge } }).StartAsync();
}
