using System.Text.Json;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

public sealed class The_command_line_asks_a_running_appliance : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_finds_the_appliance_by_the_configuration_and_reports_when_it_is_gone()
    {
        var setup = ApplianceSetup.Write(
            _folder, ApplianceSetup.Everything("hold: look"), ["app: { webhook: { url: \"http://127.0.0.1:9/\" } }"]);
        await using var appliance = await Appliance.StartAsync(_folder, setup);
        await using (var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort))
            Assert.StartsWith(
                "250", await conversation.SendAsync(MailText.Numbered(1), "al@sender.test", "a@example.com"), StringComparison.Ordinal);
        string[] where = ["--config", appliance.ConfigurationWithPorts()];

        var list = await Appliance.RunAsync(["messages", "list", "--json", "--since", "1h", .. where]);
        Assert.Equal(0, list.ExitCode);
        var id = JsonDocument.Parse(list.StandardOutput).RootElement.GetProperty("items")[0].GetProperty("id").GetString()!;
        Assert.StartsWith(
            "Received: ", (await Appliance.RunAsync(["messages", "raw", id, .. where])).StandardOutput, StringComparison.Ordinal);
        Assert.Equal(
            "1 delivery changed", (await Appliance.RunAsync(["deliveries", "cancel", "--state", "held", .. where])).StandardOutput.Trim());
        Assert.Equal(2, (await Appliance.RunAsync(["deliveries", "list", "--state", "hold", .. where])).ExitCode);

        Assert.Equal(0, await appliance.StopAsync());
        // After a graceful stop the database has no write-ahead log beside it.
        Assert.Equal(["link.key", "lock", "options.key", "spool.db"], Directory.GetFiles(Path.Combine(_folder.Path, "data")).Select(
            file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        var gone = await Appliance.RunAsync(["messages", "list", .. where]);
        Assert.Equal(1, gone.ExitCode);
        Assert.Contains("no appliance answers at 127.0.0.1:", gone.Output, StringComparison.Ordinal);
    }
}
