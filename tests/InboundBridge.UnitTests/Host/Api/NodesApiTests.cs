using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.Setup;

namespace InboundBridge.UnitTests.Host.Api;

/// <summary><c>/api/v1/nodes</c> and <c>/readyz</c> of an appliance with the embedded spool: one node, itself.</summary>
public sealed class NodesApiTests
{
    [Fact]
    public async Task The_only_node_is_the_appliance_itself_and_as_ready_as_it_is_now()
    {
        await using var api = await ApiFixture.CreateAsync();
        var node = Assert.Single((await api.AskAsync("GET /api/v1/nodes")).GetProperty("items").EnumerateArray());
        Assert.Equal(("starting", "not listening"), (node.GetProperty("state").GetString(), node.GetProperty("reason").GetString()));
        api.Core.Opened(["smtp mx 127.0.0.1:2525"]);
        var list = await api.AskAsync("GET /api/v1/nodes");
        node = Assert.Single(list.GetProperty("items").EnumerateArray());
        Assert.Equal(("ready", null), (node.GetProperty("state").GetString(), node.GetProperty("reason").GetString()));
        Assert.True(node.GetProperty("self").GetBoolean());
        Assert.Equal(api.Queue.Owner, node.GetProperty("id").GetString());
        Assert.Equal(Environment.MachineName, node.GetProperty("name").GetString());
        Assert.Equal(ProductVersion.Text, node.GetProperty("version").GetString());
        Assert.Equal("smtp mx 127.0.0.1:2525", node.GetProperty("listeners")[0].GetString());
        Assert.Null(list.GetProperty("warning").GetString());
        Assert.Equal(System.Net.HttpStatusCode.OK, await api.StatusAsync("GET /readyz"));
        api.Core.BeginStop();
        node = Assert.Single((await api.AskAsync("GET /api/v1/nodes")).GetProperty("items").EnumerateArray());
        Assert.Equal(("draining", "stopping"), (node.GetProperty("state").GetString(), node.GetProperty("reason").GetString()));
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, await api.StatusAsync("GET /readyz"));
    }

    [Fact]
    public async Task A_reload_shows_the_new_configuration_and_when_it_came_into_force()
    {
        await using var api = await ApiFixture.CreateAsync();
        var before = (await api.AskAsync("GET /api/v1/nodes")).GetProperty("items")[0];
        api.Clock.Advance(TimeSpan.FromHours(1));
        await api.ReloadAsync();
        var same = (await api.AskAsync("GET /api/v1/nodes")).GetProperty("items")[0];
        Assert.Equal(before.GetProperty("config_loaded_at").GetString(), same.GetProperty("config_loaded_at").GetString());
        await api.ReloadAsync("domains=[example.com, example.org]");
        var after = (await api.AskAsync("GET /api/v1/nodes")).GetProperty("items")[0];
        Assert.NotEqual(before.GetProperty("config_version").GetString(), after.GetProperty("config_version").GetString());
        Assert.Equal(api.Clock.GetUtcNow(), after.GetProperty("config_loaded_at").GetDateTimeOffset());
    }

    [Fact]
    public async Task Another_node_that_the_spool_knows_is_listed_with_its_state()
    {
        await using var api = await ApiFixture.CreateAsync();
        await api.Spool.ReportNodeAsync(api.Core.Nodes.Self.Describe() with { Id = "other", State = NodeState.Ready }, default);
        api.Clock.Advance(TimeSpan.FromMinutes(1));
        var items = (await api.AskAsync("GET /api/v1/nodes")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(2, items.Count);
        var other = items.Single(item => item.GetProperty("id").GetString() == "other");
        Assert.Equal(("lost", false), (other.GetProperty("state").GetString(), other.GetProperty("self").GetBoolean()));
    }
}
