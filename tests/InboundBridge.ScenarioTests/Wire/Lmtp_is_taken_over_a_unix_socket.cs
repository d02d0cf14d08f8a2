using System.Text;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Wire;

/// <summary>swaks and Postfix deliver mail by LMTP through a socket file, as to any mailbox store.</summary>
public sealed class Lmtp_is_taken_over_a_unix_socket : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task From_swaks_and_postfix()
    {
        var socket = _folder["in.lmtp"];
        await using var appliance = await Appliance.StartAsync(_folder, ApplianceSetup.Write(
            _folder,
            ApplianceSetup.Everything("hold: arrived"),
            [],
            smtp: $$"""listeners: [{ name: lmtp, address: "unix:{{socket}}", socket_mode: "0666", mode: lmtp }]"""));
        var mail = MailText.Read("awkward.eml");
        (await Swaks.SendLmtpAsync(socket, mail, "al@sender.test", ["swaks@example.com", "second@example.com"])).Succeeded("swaks");
        AssertArrived(mail, await appliance.MailsAsync("recipient=swaks@example.com"));

        // Postfix's client runs under its own account, which the socket's mode allows.
        await using var postfix = await Postfix.StartLmtpSenderAsync(_folder, socket);
        await using var conversation = await SmtpConversation.OpenAsync(postfix.Port);
        Assert.StartsWith("250", await conversation.SendAsync(
            mail, "al@sender.test", "postfix@example.com", "second@example.com"), StringComparison.Ordinal);
        IReadOnlyList<byte[]> mails = [];
        await Deadline.Usual.UntilAsync(
            async () => (mails = await appliance.MailsAsync("recipient=postfix@example.com")).Count > 0, "Postfix to hand over",
            () => $"{postfix.Log}\n{appliance.Log}");
        AssertArrived(mail, mails);
    }

    private static void AssertArrived(byte[] mail, IReadOnlyList<byte[]> mails)
    {
        var came = Assert.Single(mails);
        MailText.AssertUnchangedBelowTrace(mail, came);
        Assert.Matches(@"^Received: from [^\r]*(\r\n[ \t][^\r]*)*by mx\.example\.com[^\r]*(\r\n[ \t][^\r]*)*with LMTP\s",
            Encoding.Latin1.GetString(came));
    }
}
