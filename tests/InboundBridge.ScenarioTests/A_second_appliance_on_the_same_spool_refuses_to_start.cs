using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

public sealed class A_second_appliance_on_the_same_spool_refuses_to_start : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task And_says_why_while_the_first_goes_on()
    {
        var configuration = ApplianceSetup.Write(
            _folder, ApplianceSetup.Everything("hold: look"), ["app: { webhook: { url: \"http://127.0.0.1:9/\" } }"]);
        await using var first = await Appliance.StartAsync(_folder, configuration);
        var other = _folder.Write("second.yaml", configuration.Replace(Appliance.SmtpAddress, "127.0.0.1:0", StringComparison.Ordinal)
            .Replace(Appliance.HttpAddress, "127.0.0.1:0", StringComparison.Ordinal));
        var second = await Appliance.RunAsync(["run", "--config", other]);
        Assert.Equal(1, second.ExitCode);
        Assert.Contains("in use by another process", second.Output, StringComparison.Ordinal);
        await using var conversation = await SmtpConversation.OpenAsync(first.SmtpPort);
        Assert.StartsWith(
            "250", await conversation.SendAsync(MailText.Numbered(1), "al@sender.test", "a@example.com"), StringComparison.Ordinal);
    }
}
