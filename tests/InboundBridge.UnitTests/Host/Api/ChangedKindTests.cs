namespace InboundBridge.UnitTests.Host.Api;

/// <summary>A destination whose kind a reload changes while mail waits for it with a rule's options for the old kind.</summary>
public class ChangedKindTests
{
    private const int Retrying = 2101;

    [Fact]
    public async Task The_mail_is_retried_with_the_error_and_the_destination_stays_up()
    {
        await using var api = await ApiFixture.CreateAsync(
            rules: "rules:\n  - { name: all, then: [ webhook: { destination: hook, format: postmark } ] }\n");
        await api.SubmitAsync("One");
        api.Files.Texts["/work/inboundbridge.yaml"] = api.Files.Texts["/work/inboundbridge.yaml"].Replace(
            "  hook: { webhook: { url: \"http://127.0.0.1:9/\" } }", "  hook: { relay: { host: 127.0.0.1, port: 9, tls: off } }",
            StringComparison.Ordinal);
        api.Files.Texts["/work/rules/a.yaml"] = "rules:\n  - { name: all, then: [ relay: hook ] }\n";
        Assert.False((await api.ReloadAsync()).Problems.HasErrors);
        await api.Core.StartQueueAsync(CancellationToken.None);
        Assert.Contains("a relay has no option \"format\"", await api.Log.NextAsync(Retrying), StringComparison.Ordinal);
        var waiting = (await api.AskAsync("GET /api/v1/deliveries?destination=hook")).GetProperty("items")[0];
        Assert.Equal("retrying", waiting.GetProperty("state").GetString());
        Assert.Equal("a relay has no option \"format\"", waiting.GetProperty("last_reply").GetString());
        Assert.True((await api.AskAsync("GET /api/v1/destinations")).GetProperty("items")[0].GetProperty("up").GetBoolean());
    }
}
