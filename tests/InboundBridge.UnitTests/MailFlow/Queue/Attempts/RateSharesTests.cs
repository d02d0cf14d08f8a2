using InboundBridge.MailFlow.Queue.Attempts;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.UnitTests.MailFlow.Queue.Scheduling;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.MailFlow.Queue.Attempts;

/// <summary>When a node says that it delivers to a destination with a rate, and what it does with the answer.</summary>
public sealed class RateSharesTests : IDisposable
{
    private static readonly DestinationOptions Rated = SchedulerSample.Options() with { Rate = 4, RatePeriod = TimeSpan.FromMinutes(1) };

    private readonly WatchedTimeProvider _clock = new();
    private readonly MemoryExchange _exchange;
    private readonly SchedulerSample _sample;
    private readonly CaptureLog _log = new();
    private readonly RateShares _shares;

    public RateSharesTests()
    {
        _exchange = new MemoryExchange(_clock);
        _sample = new SchedulerSample(clock: _clock);
        _shares = new RateShares(_exchange, _sample.Destinations, "this node", _clock, _log);
        _sample.RateBegins = _shares.Ask;
    }

    public void Dispose() => _shares.Dispose();

    [Fact]
    public async Task A_node_alone_has_all_of_the_rate_as_soon_as_it_has_asked()
    {
        _sample.Start(Rated);
        Accept(6);
        await UntilAsync(() => _sample.Begun.Count == 2 && _exchange.Calls == 1);
        // Half of the rate was begun at once; of the other half nothing had been filled.
        await TickAsync(15);
        await UntilAsync(() => _sample.Begun.Count == 3);
        await _shares.StopAsync();
    }

    [Fact]
    public async Task With_another_node_that_delivers_there_each_has_half_of_it()
    {
        await _exchange.CountSharersAsync("another node", ["hook"], CancellationToken.None);
        _sample.Start(Rated);
        Accept(6);
        await UntilAsync(() => _exchange.Calls == 2);
        for (var second = 1; second <= 30; second++)
        {
            Assert.Equal(2, _sample.Begun.Count);
            await _exchange.CountSharersAsync("another node", ["hook"], CancellationToken.None);
            await TickAsync(1);
        }
        await UntilAsync(() => _sample.Begun.Count == 3);
        await _shares.StopAsync();
    }

    [Fact]
    public async Task Nothing_is_asked_without_a_rate_or_long_after_the_last_attempt()
    {
        _sample.Start(Rated, SchedulerSample.Options("other"));
        Deliver("other", 3);
        Assert.Equal(0, _exchange.Calls);
        Accept(1);
        for (var second = 0; second < 4; second++)
        {
            await UntilAsync(() => _exchange.Calls == second + 1);
            await TickAsync(1);
        }
        // The last tick found nothing in use, and set no timer.
        await _shares.StopAsync();
        Assert.Equal(4, _exchange.Calls);
    }

    [Fact]
    public async Task A_database_that_is_away_is_logged_once_and_deliveries_go_on_with_what_is_known()
    {
        _exchange.IsBroken = true;
        _sample.Start(Rated);
        Accept(3);
        for (var second = 0; second < 3; second++)
        {
            await UntilAsync(() => _exchange.Calls == second + 1);
            await TickAsync(1);
        }
        Assert.Single(_log.All);
        Assert.Equal(2, _sample.Begun.Count);
        await _shares.StopAsync();
    }

    [Fact]
    public void Without_other_nodes_nothing_is_asked()
    {
        _exchange.IsShared = false;
        Assert.Null(_shares.Ask);
    }

    private void Accept(int mails) => Deliver("hook", mails);

    private void Deliver(string destination, int mails)
    {
        for (var mail = 0; mail < mails; mail++)
            _sample.Deliveries.Arrived(_sample.Register(_sample.Delivery($"{destination}{mail}", destination)));
    }

    /// <summary>Lets a second pass once the node has set its timer for it.</summary>
    private async Task TickAsync(int seconds)
    {
        for (; seconds > 0; seconds--)
        {
            await _clock.TimerSetAsync(TimeSpan.FromSeconds(1));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
