using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.Operations.Nodes;

namespace InboundBridge.UnitTests.Host.Operations.Nodes;

/// <summary>Different configurations are worth a warning once no node has changed its own for some minutes.</summary>
public class ConfigurationAgreementTests
{
    private static readonly DateTimeOffset Now = FakeTime.Start;

    [Theory]
    [InlineData("a:10 b:10", true)]
    [InlineData("a:10 b:5", true)]
    [InlineData("a:10 b:4", false)]
    [InlineData("a:10 a:10 a:0", false)]
    [InlineData("a:10", false)]
    [InlineData("", false)]
    [InlineData("a:10 b:10:Lost", false)]
    [InlineData("a:10 b:10:Draining", false)]
    [InlineData("a:10 b:10:NotReady c:9:Starting", true)]
    public void It_waits_and_counts_only_nodes_that_stay(string nodes, bool isWarned)
    {
        var warning = ConfigurationAgreement.Warning([.. nodes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Read)], Now);
        Assert.Equal(isWarned, warning is not null);
    }

    [Fact]
    public void The_versions_and_their_nodes_are_named()
    {
        HeardNode[] nodes = [Read("old:9"), Read("new:8"), Read("new:7")];
        Assert.Equal(
            "the nodes have run different configurations for more than 5 minutes: new on host-new (…new:8), host-new (…new:7); "
            + "old on host-old. Compare 'inboundbridge check --print' on a node of each",
            ConfigurationAgreement.Warning(nodes, Now));
        Assert.Equal(2, ConfigurationAgreement.Count(nodes));
    }

    [Fact]
    public void Versions_are_as_short_as_tells_them_apart()
    {
        HeardNode[] nodes = [Read("0123456789ab:9"), Read("01234567ffff:9"), Read("ffffffffffff:9")];
        Assert.Contains(
            "012345678 on host-0123456789ab; 01234567f on host-01234567ffff; fffffffff on host-ffffffffffff",
            ConfigurationAgreement.Warning(nodes, Now), StringComparison.Ordinal);
    }

    /// <summary>VERSION:MINUTES[:STATE], minutes since it was loaded.</summary>
    internal static HeardNode Read(string text)
    {
        var parts = text.Split(':');
        var state = parts.Length > 2 ? Enum.Parse<NodeState>(parts[2]) : NodeState.Ready;
        var node = new SpoolNode
        {
            Id = text,
            Name = $"host-{parts[0]}",
            Version = "1",
            ConfigVersion = parts[0],
            ConfigLoadedAt = Now - TimeSpan.FromMinutes(int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture)),
            StartedAt = Now - TimeSpan.FromDays(1),
            State = state == NodeState.Lost ? NodeState.Ready : state,
        };
        return new HeardNode(node, Now, state == NodeState.Lost ? HeardNode.LostAfter * 2 : TimeSpan.Zero);
    }
}
