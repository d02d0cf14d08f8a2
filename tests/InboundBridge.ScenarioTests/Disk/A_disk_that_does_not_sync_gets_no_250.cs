using System.Globalization;
using System.Text.RegularExpressions;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Disk;

/// <summary>strace lets fsync or fdatasync of a running appliance fail: what they did not write is not promised.</summary>
public sealed partial class A_disk_that_does_not_sync_gets_no_250 : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A large mail is a file of its own, which is synced by fsync. The log has the small ones; fdatasync syncs it.</summary>
    [Theory]
    [InlineData("fsync", 5_000_000)]
    [InlineData("fdatasync", 1_000)]
    [InlineData("fdatasync", 5_000_000)]
    public async Task A_mail_is_refused_for_now(string call, int size)
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await Appliance.StartAsync(_folder, ApplianceSetup.Write(
            _folder, ApplianceSetup.Everything("webhook: app"), [ApplianceSetup.Webhook("app", receiver, "raw")]));
        Assert.StartsWith("250", await SendAsync(appliance, size), StringComparison.Ordinal);

        await using (var strace = PeerProcess.Start(
            "strace", PeerPrograms.Find("strace", "strace"),
            [
                "-f", "-o", "/dev/null", "-e", $"trace={call}", "-e", $"inject={call}:error=EIO",
                "-p", appliance.Process.Pid.ToString(CultureInfo.InvariantCulture),
            ]))
        {
            await strace.LineAsync(Attached());
            Assert.Matches("^4[0-9]{2} ", await SendAsync(appliance, size));
        }

        await appliance.KillAsync();
        await appliance.StartAsync();
        Assert.StartsWith("250", await SendAsync(appliance, size), StringComparison.Ordinal);
        await appliance.QueueEmptyAsync();
    }

    private static async Task<string> SendAsync(Appliance appliance, int size)
    {
        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        return await conversation.SendAsync(MailText.Large(size), "al@sender.test", "support@example.com");
    }

    [GeneratedRegex("[Pp]rocess [0-9]+ attached")]
    private static partial Regex Attached();
}
