using System.Net;
using InboundBridge.Hosting.Listening;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Limits;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.Host.Hosting.Listening;

/// <summary>When a node tells the others what it has counted.</summary>
public sealed class RateSharingTests : IAsyncDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly WatchedTimeProvider _clock = new();
    private readonly MemoryExchange _exchange;
    private readonly CaptureLog _log = new();
    private readonly RateSharing _sharing;
    private readonly RateSharing _other;

    public RateSharingTests()
    {
        _exchange = new MemoryExchange(_clock);
        (_sharing, _other) = (new RateSharing(_exchange, _clock, _log), new RateSharing(_exchange, _clock, _log));
    }

    public async ValueTask DisposeAsync()
    {
        await _sharing.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task A_second_node_hears_of_a_limit_that_is_used_up_at_once()
    {
        var (here, there) = (Limiter(_sharing, 2), Limiter(_other, 2));
        Assert.True(Try(here));
        await HeardAsync(1);
        Assert.True(Try(there));
        await HeardAsync(2);
        // The second node has told of its message, and heard of the first one's in the answer.
        await UntilAsync(() => !Try(there));
    }

    [Fact]
    public async Task What_is_left_is_told_at_the_stop()
    {
        var here = Limiter(_sharing, 64);
        // The second message is the first one of a share; the third one waits for the next exchange.
        Assert.True(Try(here) && Try(here));
        await HeardAsync(1);
        Assert.True(Try(here));
        await _sharing.DisposeAsync();
        Assert.Equal(2, _exchange.Calls);
    }

    [Fact]
    public async Task A_database_that_is_away_is_logged_once_and_asked_again_each_second()
    {
        _exchange.IsBroken = true;
        var here = Limiter(_sharing, 10);
        Assert.True(Try(here));
        for (var call = 1; call <= 3; call++)
        {
            await HeardAsync(call);
            await _clock.TimerSetAsync(Second);
            _clock.Advance(Second);
        }
        Assert.Single(_log.All, line => line.Text.Contains("counts alone", StringComparison.Ordinal));
        for (var mail = 1; mail < 10; mail++)
            Assert.True(Try(here));
        Assert.False(Try(here));
    }

    [Fact]
    public void Without_other_nodes_nothing_is_kept_for_them()
    {
        _exchange.IsShared = false;
        var here = Limiter(_sharing, 1);
        Assert.Null(here.Untold);
        Assert.True(Try(here));
        Assert.Equal(0, _exchange.Calls);
    }

    [Fact]
    public void Without_limits_there_is_no_limiter() => Assert.Null(_sharing.NewLimiter([]));

    private static SmtpRateLimiter Limiter(RateSharing sharing, int messages) =>
        sharing.NewLimiter([new SmtpRateLimit(SmtpRateKey.Client, messages, TimeSpan.FromHours(1))])!;

    private static bool Try(SmtpRateLimiter limiter) => limiter.TryMail(
        new SmtpPeer("mx", SmtpListenerMode.Mx, new IPEndPoint(IPAddress.Parse("192.0.2.1"), 1), new IPEndPoint(IPAddress.Loopback, 25)),
        sender: null);

    private Task HeardAsync(int calls) => UntilAsync(() => _exchange.Calls >= calls);

    private static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
