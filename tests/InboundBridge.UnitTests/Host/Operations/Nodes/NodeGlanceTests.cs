using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.Operations.Nodes;

namespace InboundBridge.UnitTests.Host.Operations.Nodes;

/// <summary>A lost node needs a person, unless it has only started again.</summary>
public class NodeGlanceTests
{
    private static readonly DateTimeOffset Now = FakeTime.Start;

    [Theory]
    [InlineData("a:25:Ready", 0, false)]
    [InlineData("a:25:Ready b:25:Ready", 0, true)]
    [InlineData("a:25:Ready b:25:Lost", 1, true)]
    [InlineData("a:25:Ready b:25:Lost c:25:Lost", 2, true)]
    [InlineData("a:25:Lost a:25:Ready", 0, false)]
    [InlineData("a:25:Lost a:25:NotReady", 0, false)]
    [InlineData("a:25:Lost a:25:Starting", 1, true)]
    [InlineData("a:25:Lost a:2525:Ready", 1, true)]
    public void A_node_counts_as_lost_unless_another_has_its_name_and_its_listeners(string nodes, int lost, bool isOneOfSeveral)
    {
        var glance = NodeGlance.Of([.. nodes.Split(' ').Select(Read)], Now);
        Assert.Equal((lost, isOneOfSeveral, false), (glance.Lost.Count, glance.IsOneOfSeveral, glance.Differ));
    }

    [Fact]
    public void Nodes_that_differ_for_a_while_are_told() => Assert.True(
        NodeGlance.Of([ConfigurationAgreementTests.Read("old:9"), ConfigurationAgreementTests.Read("new:8")], Now).Differ);

    /// <summary>NAME:PORT:STATE.</summary>
    internal static HeardNode Read(string text)
    {
        var parts = text.Split(':');
        var heard = ConfigurationAgreementTests.Read($"v:9:{parts[2]}");
        return heard with { Node = heard.Node with { Id = text, Name = parts[0], Listeners = [$"smtp mx 0.0.0.0:{parts[1]}"] } };
    }
}
