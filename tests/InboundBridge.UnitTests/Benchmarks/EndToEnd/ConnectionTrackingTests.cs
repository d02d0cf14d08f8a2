using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.UnitTests.Benchmarks.EndToEnd;

/// <summary>The first line of a table says whether netfilter's connection tracking was measured too.</summary>
public sealed class ConnectionTrackingTests
{
    [Theory]
    [InlineData(null, null, false)]
    [InlineData(0, 0, false)]
    // Entries of before, when a firewall was there.
    [InlineData(14, 14, false)]
    [InlineData(140, 90, false)]
    [InlineData(14, 46, true)]
    [InlineData(14, 40, true)]
    public void It_is_on_where_connections_of_ours_are_counted(int? before, int? after, bool isOn)
    {
        var readings = new Queue<int?>([before, after]);
        Assert.Equal(isOn, ConnectionTracking.IsOn(readings.Dequeue));
    }
}
