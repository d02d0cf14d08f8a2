using InboundBridge.MailFlow.Spool.Contract.Nodes;

namespace InboundBridge.UnitTests.MailFlow.Spool.Contract;

/// <summary>Circuits: what a node shares is what it and the others read, until it is taken back.</summary>
public abstract class CircuitContract : SpoolContract
{
    [Fact]
    public async Task What_a_node_shares_comes_back_and_replaces_what_it_shared_before()
    {
        var (hook, relay) = (View("hook"), View("relay"));
        Assert.Equal([hook, relay], (await Spool.ShareCircuitsAsync("a", [hook, relay], None)).OrderBy(view => view.Destination));
        var later = hook with { Failures = 12, Reason = "refused", Left = TimeSpan.FromSeconds(3) };
        Assert.Equal([later], await Spool.ShareCircuitsAsync("a", [later], None));
        Assert.Empty(await Spool.ShareCircuitsAsync("a", [], None));
    }

    [Fact]
    public async Task What_a_destination_said_is_bounded_and_always_storable()
    {
        var view = Assert.Single(await Spool.ShareCircuitsAsync("a", [View("hook") with { Reason = new string('x', 5000) }], None));
        Assert.Equal(CircuitView.LongestReason, view.Reason.Length);
        Assert.Single(await Spool.ShareCircuitsAsync("a", [View("hook") with { Reason = "half\ud800 nul\0" }], None));
    }

    protected static CircuitView View(string destination, string node = "a") =>
        new(destination, node, TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(15), 11, "connection refused");
}
