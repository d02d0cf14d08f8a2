using InboundBridge.Configuration.Options;
using InboundBridge.Http.Connections;

namespace InboundBridge.UnitTests.Host.Http.Connections;

/// <summary>Connections are bounded, and whoever holds idle ones keeps nobody out.</summary>
public sealed class HttpConnectionsTests
{
    private readonly List<HttpConnection> _aborted = [];

    [Fact]
    public void The_oldest_idle_connection_makes_room()
    {
        var connections = new HttpConnections(new HttpLimits { Connections = 3, ConnectionsPerClient = 3 });
        var open = Enumerable.Range(0, 3).Select(number => Connection((uint)number)).ToList();
        Assert.All(open, connection => Assert.True(connections.TryEnter(connection)));
        open[0].Begin();
        Assert.True(connections.TryEnter(Connection(9)));
        Assert.Equal([open[1]], _aborted);
        Assert.Equal(3, connections.Count);
        open[0].End();
        Assert.True(connections.TryEnter(Connection(9)));
        Assert.Equal([open[1], open[0]], _aborted);
    }

    [Fact]
    public void One_client_can_take_its_own_share_only()
    {
        var connections = new HttpConnections(new HttpLimits { Connections = 100, ConnectionsPerClient = 2 });
        var other = Connection(1);
        Assert.True(connections.TryEnter(other));
        var own = Enumerable.Range(0, 2).Select(_ => Connection(2)).ToList();
        Assert.All(own, connection => Assert.True(connections.TryEnter(connection)));
        own.ForEach(connection => connection.Begin());
        Assert.False(connections.TryEnter(Connection(2)));
        own[1].End();
        Assert.True(connections.TryEnter(Connection(2)));
        Assert.Equal([own[1]], _aborted);
        Assert.True(connections.TryEnter(Connection(3)));
    }

    [Fact]
    public void When_all_are_busy_a_new_one_is_turned_away()
    {
        var connections = new HttpConnections(new HttpLimits { Connections = 2, ConnectionsPerClient = 2 });
        foreach (var client in new uint[] { 1, 2 })
        {
            var busy = Connection(client);
            busy.Begin();
            Assert.True(connections.TryEnter(busy));
        }
        Assert.False(connections.TryEnter(Connection(3)));
        Assert.Empty(_aborted);
        connections.Replace(new HttpLimits { Connections = 3, ConnectionsPerClient = 2 });
        Assert.True(connections.TryEnter(Connection(3)));
    }

    private HttpConnection Connection(uint client)
    {
        HttpConnection? made = null;
        return made = new HttpConnection(() => _aborted.Add(made!), client);
    }
}
