using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.UnitTests.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Postgres.Nodes;

/// <summary>The shared store keeps the contract of circuits, hands them to the other nodes, and forgets those of dead nodes.</summary>
public sealed class PostgresCircuitTests : CircuitContract
{
    private readonly PostgresStore _store = new();

    protected override IMailSpool OtherNode => _store.Other;

    [Fact]
    public async Task Other_nodes_read_them_the_oldest_first_and_each_takes_back_only_its_own()
    {
        var (old, young) = (View("hook", "b"), View("hook") with { OpenFor = TimeSpan.FromSeconds(5) });
        await Spool.ShareCircuitsAsync("a", [young], None);
        Assert.Equal([old, young], await OtherNode.ShareCircuitsAsync("b", [old], None));
        Assert.Equal([old], await Spool.ShareCircuitsAsync("a", [], None));
        await AdvanceAsync(TimeSpan.FromSeconds(4));
        var aged = old with { OpenFor = old.OpenFor + TimeSpan.FromSeconds(4), Left = old.Left - TimeSpan.FromSeconds(4) };
        Assert.Equal([aged], await Spool.ShareCircuitsAsync("a", [], None));
    }

    [Fact]
    public async Task The_time_at_which_a_circuit_opened_does_not_move_with_each_exchange()
    {
        await Spool.ShareCircuitsAsync("a", [View("hook")], None);
        var again = View("hook") with { OpenFor = TimeSpan.FromSeconds(41) };
        Assert.Equal(TimeSpan.FromSeconds(40), Assert.Single(await Spool.ShareCircuitsAsync("a", [again], None)).OpenFor);
        var reopened = View("hook") with { OpenFor = TimeSpan.FromSeconds(1) };
        Assert.Equal(TimeSpan.FromSeconds(1), Assert.Single(await Spool.ShareCircuitsAsync("a", [reopened], None)).OpenFor);
    }

    [Fact]
    public async Task The_view_of_a_node_that_died_expires_soon_after_its_next_probe_was_due_and_its_row_goes()
    {
        await Spool.ShareCircuitsAsync("a", [View("hook")], None);
        await AdvanceAsync(TimeSpan.FromSeconds(15) + CircuitView.Grace);
        Assert.Single(await OtherNode.ShareCircuitsAsync("b", [], None));
        await AdvanceAsync(TimeSpan.FromMilliseconds(1));
        Assert.Empty(await OtherNode.ShareCircuitsAsync("b", [], None));
        Assert.Equal(0L, await _store.RunAsync("SELECT count(*) FROM circuits"));
    }

    [Fact]
    public async Task A_node_has_a_bounded_number_of_rows()
    {
        var many = Enumerable.Range(0, CircuitView.MostOfANode + 10).Select(number => View($"hook{number}")).ToList();
        Assert.Equal(CircuitView.MostOfANode, (await Spool.ShareCircuitsAsync("a", many, None)).Count);
    }

    protected override Task<IMailSpool> OpenAsync(SpoolOptions options) => _store.OpenAsync(options, Clock);

    protected override ValueTask AdvanceAsync(TimeSpan time) => _store.AdvanceAsync(Clock, time);

    protected override ValueTask CleanAsync() => _store.DisposeAsync();
}
