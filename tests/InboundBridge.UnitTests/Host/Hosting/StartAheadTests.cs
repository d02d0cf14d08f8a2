using InboundBridge.Hosting;
using InboundBridge.Hosting.Listening;
using InboundBridge.MailFlow.Spool.Sqlite.Opening;

namespace InboundBridge.UnitTests.Host.Hosting;

/// <summary>What warms up a start does what it says; nobody would notice an exception there.</summary>
public sealed class StartAheadTests
{
    [Fact]
    public void Its_rule_has_no_problems() => Assert.Empty(StartAhead.LoadRule().Items);

    [Fact]
    public void Its_database_is_opened() => Assert.Equal(1, SpoolAhead.Load());

    [Fact]
    public async Task Its_session_greets_and_ends()
    {
        var said = (await SessionAhead.RunAsync(TimeProvider.System)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, said.Length);
        Assert.StartsWith("220 localhost", said[0], StringComparison.Ordinal);
        Assert.StartsWith("221 ", said[1], StringComparison.Ordinal);
    }

    [Fact]
    public Task All_of_it_runs_through() => StartAhead.BeginAsync();
}
