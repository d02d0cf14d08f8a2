using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.MailFlow.Queue.Scheduling;

/// <summary>A destination's rate over several nodes, and by how much they exceed it together (docs/cluster.md).</summary>
public class SharedRateTests
{
    private const int Step = 10;

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly MemoryExchange _exchange;

    public SharedRateTests() => _exchange = new MemoryExchange(_clock);

    /// <summary>
    /// One node after the other begins to deliver as much as it can, five seconds apart. Together they keep to the rate, but for a second
    /// after one of them has begun.
    /// </summary>
    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 100)]
    [InlineData(4, 100)]
    [InlineData(3, 7)]
    public async Task Nodes_that_begin_one_after_the_other_keep_to_the_rate_of_one(int nodes, int rate)
    {
        var all = Enumerable.Range(0, nodes).Select(node => new Node(_exchange, _clock, $"{node}", rate)).ToList();
        var seconds = (nodes * 5) + 20;
        var passed = new int[seconds];
        for (var second = 0; second < seconds; second++)
        {
            for (var step = 0; step < 1000; step += Step, _clock.Advance(TimeSpan.FromMilliseconds(Step)))
            {
                foreach (var node in all.Take(1 + (second / 5)))
                    passed[second] += await node.RunAsync();
            }
        }
        // Where less than one attempt is a node's share of what is there at once, it has one all the same.
        var burst = Math.Max(rate, nodes);
        Assert.InRange(passed.Sum(), (seconds - 1) * rate * 0.95, (seconds * rate) + burst + ((nodes - 1) * 1.5 * rate));
        // In the last fifteen seconds nobody began or ended.
        Assert.All(passed.TakeLast(15), count => Assert.InRange(count, rate - nodes, rate + nodes));
    }

    [Fact]
    public async Task Nodes_that_begin_together_after_a_quiet_time_begin_half_a_period_s_attempts_each_at_once()
    {
        var all = Enumerable.Range(0, 3).Select(node => new Node(_exchange, _clock, $"{node}", 100)).ToList();
        var passed = 0;
        foreach (var node in all)
            passed += await node.RunAsync();
        Assert.Equal(150, passed);
        // From now on a third each.
        for (var step = 0; step < 10_000; step += Step, _clock.Advance(TimeSpan.FromMilliseconds(Step)))
        {
            foreach (var node in all)
                passed += await node.RunAsync();
        }
        Assert.InRange(passed, 1100, 1300);
    }

    [Fact]
    public async Task What_a_node_leaves_the_others_have_five_seconds_later()
    {
        Node[] all = [new Node(_exchange, _clock, "a", 100), new Node(_exchange, _clock, "b", 100)];
        for (var second = 0; second < 20; second++)
        {
            var passed = 0;
            for (var step = 0; step < 1000; step += Step, _clock.Advance(TimeSpan.FromMilliseconds(Step)))
            {
                passed += await all[0].RunAsync();
                if (second < 5)
                    await all[1].RunAsync();
            }
            if (second is 3 or 4)
                Assert.InRange(passed, 49, 51);
            else if (second > 15)
                Assert.InRange(passed, 99, 101);
        }
    }

    /// <summary>Has always something to deliver, and exchanges as the queue does: when it begins, and then each second.</summary>
    private sealed class Node(MemoryExchange exchange, FakeTimeProvider clock, string name, int rate)
    {
        private readonly RateGate _gate = new(rate, TimeSpan.FromSeconds(1), clock.GetUtcNow());
        private DateTimeOffset? _asksAt;

        public async Task<int> RunAsync()
        {
            var now = clock.GetUtcNow();
            if (_asksAt <= now)
            {
                _gate.ShareWith((await exchange.CountSharersAsync(name, ["hook"], CancellationToken.None))[0], now);
                _asksAt = now.AddSeconds(1);
            }
            var count = 0;
            while (_gate.TryTake(now, () => _asksAt = now.AddMilliseconds(50)) is null)
                count++;
            return count;
        }
    }
}
