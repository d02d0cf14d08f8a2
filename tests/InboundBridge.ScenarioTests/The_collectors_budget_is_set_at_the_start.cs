using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

/// <summary>
/// The program executes itself again with the variable that the garbage collector reads: the same process, which takes mail.
/// </summary>
public sealed class The_collectors_budget_is_set_at_the_start : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task By_the_process_that_was_started()
    {
        await using var appliance = await Appliance.StartAsync(
            _folder,
            ApplianceSetup.Write(
                _folder, ApplianceSetup.Everything("hold: look"), ["app: { webhook: { url: \"http://127.0.0.1:9/\" } }"]));
        var environment = await File.ReadAllTextAsync(
            $"/proc/{appliance.Process.Pid}/environ", TestContext.Current.CancellationToken);
        Assert.Contains("\0DOTNET_GCgen0size=", $"\0{environment}", StringComparison.Ordinal);
        (await Swaks.SendAsync(appliance.SmtpPort, MailText.Read("awkward.eml"), "al@sender.test", ["support@example.com"]))
            .Succeeded("swaks");
    }
}
