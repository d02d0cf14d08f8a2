using System.Net;
using InboundBridge.UnitTests.Host.Api;
using InboundBridge.UnitTests.Host.Operations.Nodes;

namespace InboundBridge.UnitTests.Host.Ui;

/// <summary>What pages say where several nodes share the spool, and while it is away.</summary>
public sealed class UiNodesTests
{
    [Fact]
    public async Task A_lost_node_needs_a_person_and_figures_of_one_node_say_so()
    {
        await using var api = await ApiFixture.CreateAsync();
        var browser = new UiBrowser(api);
        Assert.DoesNotContain("at this node", await browser.ReadAsync("/ui"), StringComparison.Ordinal);
        api.Core.Nodes.Heard.Latest = [NodeGlanceTests.Read("mx2:25:Lost")];
        var page = await browser.ReadAsync("/ui");
        Assert.Contains("<a href=\"/ui/configuration#nodes\">1 node lost, no longer heard: mx2</a>", page, StringComparison.Ordinal);
        foreach (var path in (string[])["/ui", "/ui/destinations", "/ui/destinations/hook", "/ui/rules"])
            Assert.Contains("at this node", await browser.ReadAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_spool_a_page_says_what_becomes_of_mail_and_leads_to_the_nodes()
    {
        await using var api = await ApiFixture.CreateAsync();
        var browser = new UiBrowser(api);
        await api.Spool.DisposeAsync();
        var page = await browser.ReadAsync("/ui", HttpStatusCode.ServiceUnavailable);
        Assert.Contains("senders try again, nothing is lost, and service resumes by itself", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"/ui/configuration\">To the configuration", page, StringComparison.Ordinal);
        await browser.ReadAsync("/ui/configuration");
    }
}
