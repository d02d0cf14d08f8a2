using System.Globalization;
using System.Net;
using InboundBridge.MailFlow.Spool.Contract.Sharing;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Limits;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.Smtp.Server.Limits;

/// <summary>A rate limit over several nodes, and by how much they exceed it together (docs/cluster.md).</summary>
public class SharedRatesTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly MemoryExchange _exchange;

    public SharedRatesTests() => _exchange = new MemoryExchange(_clock);

    /// <summary>As many mails as possible at all nodes at the same time, one each 10 ms at each; an exchange takes 100 ms.</summary>
    [Theory]
    [InlineData(1, 600)]
    [InlineData(2, 600)]
    [InlineData(3, 600)]
    [InlineData(8, 600)]
    [InlineData(3, 3)]
    [InlineData(3, 20)]
    [InlineData(2, 10_000)]
    public async Task A_burst_at_all_nodes_passes_the_limit_and_what_they_take_before_they_have_told(int nodes, int limit)
    {
        var all = Nodes(nodes, limit);
        var passed = 0;
        for (var step = 0; step < 6_000; step++, _clock.Advance(TimeSpan.FromMilliseconds(10)))
        {
            foreach (var node in all)
                passed += await node.SendAsync() ? 1 : 0;
        }
        // Of a minute's refill, too, each node may take a part.
        var refilled = limit / 60.0;
        Assert.InRange(passed, limit, limit + refilled + Bound(nodes, limit, taken: 10) + 1);
    }

    /// <summary>
    /// The worst that a client can do: it sends as slowly as each node alone would allow for ever, to all of them. After the burst, each
    /// hour lets the limit through, and a 32nd at each node of which nobody is told.
    /// </summary>
    [Theory]
    [InlineData(2, 600)]
    [InlineData(4, 64)]
    [InlineData(4, 5)]
    public async Task A_stream_at_the_rate_of_the_limit_at_each_node_passes_at_the_rate_of_one(int nodes, int limit)
    {
        var all = Nodes(nodes, limit);
        const int Hours = 8;
        var passed = 0;
        for (var step = 0; step < Hours * limit; step++)
        {
            foreach (var node in all)
                passed += await node.SendAsync() ? 1 : 0;
            _clock.Advance(Hour / limit);
        }
        var most = (Hours + 1) * limit + ((Hours + 1) * nodes * (limit / (double)UntoldRates.Shares)) + Bound(nodes, limit, taken: 1);
        Assert.InRange(passed, Hours * limit, most);
    }

    /// <summary>The bound of docs/cluster.md, beyond what one node would let through.</summary>
    private static double Bound(int nodes, int limit, int taken) => nodes * ((limit / 16.0) + taken + 1);

    [Fact]
    public async Task One_node_alone_may_take_all_of_it()
    {
        var all = Nodes(3, 600);
        for (var mail = 0; mail < 600; mail++)
            Assert.True(await all[0].SendAsync(), $"mail {mail}");
        Assert.False(await all[0].SendAsync());
    }

    /// <summary>A burst of most of the limit, then as much as drains, for hours and in turn at every node.</summary>
    [Fact]
    public async Task A_client_that_keeps_to_the_limit_is_refused_by_no_node()
    {
        var all = Nodes(3, 640);
        for (var mail = 0; mail < 2_000; mail++)
        {
            Assert.True(await all[mail % 3].SendAsync(), $"mail {mail}");
            _clock.Advance(mail < 600 ? TimeSpan.FromMilliseconds(50) : Hour / 635);
        }
    }

    [Fact]
    public async Task A_node_that_starts_anew_hears_what_was_counted_before()
    {
        var (first, again) = (Nodes(1, 600)[0], Nodes(1, 600)[0]);
        for (var mail = 0; mail < 600; mail++)
            await first.SendAsync();
        await first.ExchangeAsync();
        var passed = 0;
        while (await again.SendAsync())
        {
            passed++;
            _clock.Advance(TimeSpan.FromMilliseconds(100));
        }
        Assert.InRange(passed, 1, 600 / UntoldRates.Shares + 1);
    }

    [Fact]
    public async Task Without_the_database_each_node_counts_alone_and_nothing_is_refused_for_it()
    {
        var all = Nodes(2, 320);
        _exchange.IsBroken = true;
        foreach (var node in all)
        {
            for (var mail = 0; mail < 320; mail++)
            {
                Assert.True(await node.SendAsync());
                _clock.Advance(TimeSpan.FromMilliseconds(10));
            }
        }
        _exchange.IsBroken = false;
        // Both have told: the client waits until the limit lets it through again, and no longer than for a period.
        foreach (var node in all)
            await node.ExchangeAsync();
        Assert.False(await all[0].SendAsync());
        _clock.Advance(Hour + TimeSpan.FromMinutes(1));
        Assert.True(await all[0].SendAsync());
    }

    [Fact]
    public async Task A_client_that_sends_little_is_not_told_of()
    {
        var node = Nodes(1, 640)[0];
        for (var mail = 0; mail < (640 / UntoldRates.Shares) - 1; mail++)
            await node.SendAsync();
        _clock.Advance(TimeSpan.FromSeconds(2));
        await node.ExchangeAsync();
        Assert.Equal(0, _exchange.Calls);
    }

    [Fact]
    public async Task Limits_that_differ_count_apart()
    {
        var (small, large) = (Nodes(1, 3)[0], Nodes(1, 4)[0]);
        for (var mail = 0; mail < 3; mail++)
            await small.SendAsync();
        await small.ExchangeAsync();
        for (var mail = 0; mail < 4; mail++)
        {
            Assert.True(await large.SendAsync());
            await large.ExchangeAsync();
        }
    }

    private List<Node> Nodes(int count, int limit) =>
        [.. Enumerable.Range(0, count).Select(_ => new Node(_exchange, _clock, limit))];

    /// <summary>Exchanges as the appliance does: at once when it is urgent, otherwise a second later; each exchange takes 100 ms.</summary>
    private sealed class Node
    {
        private static readonly SmtpPeer Peer = new(
            "mx", SmtpListenerMode.Mx, new IPEndPoint(IPAddress.Parse("192.0.2.1"), 1), new IPEndPoint(IPAddress.Loopback, 25));

        private readonly MemoryExchange _exchange;
        private readonly TimeProvider _clock;
        private readonly SmtpRateLimiter _limiter;
        private long? _due;

        public Node(MemoryExchange exchange, TimeProvider clock, int limit)
        {
            (_exchange, _clock) = (exchange, clock);
            _limiter = new SmtpRateLimiter([new SmtpRateLimit(SmtpRateKey.Client, limit, Hour)], clock, isShared: true);
            _limiter.Untold!.Waits = Schedule;
        }

        public async Task<bool> SendAsync()
        {
            if (_due <= _clock.GetTimestamp())
                await ExchangeAsync();
            return _limiter.TryMail(Peer, sender: null);
        }

        public async Task ExchangeAsync()
        {
            _due = null;
            var counts = _limiter.Untold!.Take();
            if (counts.Count == 0)
                return;
            try
            {
                _limiter.Untold.Told(counts, await _exchange.AddCountsAsync(
                    [.. counts.Select(count => new NodeCount(count.Name, count.Drain, count.Most))], CancellationToken.None));
            }
            catch (InboundBridge.MailFlow.Spool.Contract.SpoolUnavailableException)
            {
                _limiter.Untold.GiveBack(counts);
                Schedule(isUrgent: false);
                return;
            }
            _limiter.Untold.CallAgain();
        }

        private void Schedule(bool isUrgent)
        {
            var due = _clock.GetTimestamp() + (long)((isUrgent ? 0.1 : 1) * _clock.TimestampFrequency);
            _due = _due is { } set && set < due ? set : due;
        }
    }
}
