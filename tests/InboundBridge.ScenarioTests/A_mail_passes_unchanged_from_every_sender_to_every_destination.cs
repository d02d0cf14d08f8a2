using System.Text;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

/// <summary>
/// Each sender's message goes to a webhook (raw), to Dovecot over TCP and over a unix socket, and to Postfix as a smarthost. All four get
/// the octets that were sent, below the trace headers, and its DKIM signature is still valid.
/// </summary>
public sealed class A_mail_passes_unchanged_from_every_sender_to_every_destination : IDisposable
{
    private const string From = "al@sender.test";
    private const string To = "al@example.com";
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task Swaks() => PassAsync(async (port, mail) => (await Peers.Swaks.SendAsync(port, mail, From, [To])).Succeeded("swaks"));

    [Fact]
    public Task Swaks_with_starttls() =>
        PassAsync(async (port, mail) => (await Peers.Swaks.SendAsync(port, mail, From, [To], "--tls")).Succeeded("swaks"), "ESMTPS");

    [Fact]
    public Task Nodemailer_with_starttls() => PassAsync(
        async (port, mail) =>
        {
            await File.WriteAllBytesAsync(_folder["mail.eml"], mail);
            (await Nodemailer.SendFileAsync(port, _folder["mail.eml"], From, [To], startTls: true)).Succeeded("nodemailer");
        },
        "ESMTPS");

    [Fact]
    public Task Postfix_in_the_clear() => PassThroughPostfixAsync("none", "ESMTP");

    [Fact]
    public Task Postfix_with_starttls() => PassThroughPostfixAsync("encrypt", "ESMTPS");

    [Fact]
    public Task Dovecot_with_bdat() => PassThroughDovecotAsync("no", "ESMTP");

    [Fact]
    public Task Dovecot_with_bdat_after_starttls() => PassThroughDovecotAsync("starttls", "ESMTPS");

    private async Task PassThroughPostfixAsync(string tls, string protocol)
    {
        Postfix? sender = null;
        try
        {
            await PassAsync(
                async (port, mail) =>
                {
                    sender = await Postfix.StartSenderAsync(_folder, port, tls);
                    await using var conversation = await SmtpConversation.OpenAsync(sender.Port);
                    Assert.StartsWith("250", await conversation.SendAsync(mail, From, To), StringComparison.Ordinal);
                },
                protocol,
                () => sender?.Log ?? "");
        }
        finally
        {
            if (sender is not null)
                await sender.DisposeAsync();
        }
    }

    private async Task PassThroughDovecotAsync(string tls, string protocol)
    {
        Dovecot? sender = null;
        try
        {
            await PassAsync(
                async (port, mail) =>
                {
                    sender = await Dovecot.StartAsync(_folder, new DovecotOptions { Users = ["sender"], RelayPort = port, RelayTls = tls });
                    (await sender.SubmitAsync(mail, From, To, "sender")).Succeeded("submission");
                },
                protocol,
                () => sender?.Log ?? "",
                "BDAT");
        }
        finally
        {
            if (sender is not null)
                await sender.DisposeAsync();
        }
    }

    private async Task PassAsync(
        Func<int, byte[], Task> send, string protocol = "ESMTP", Func<string>? senderLog = null, string verb = "DATA")
    {
        var seal = new DkimSeal(_folder);
        var mail = await seal.SignAsync(MailText.Read("awkward.eml"));
        var certificate = new TestCertificate(_folder);
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var boxes = await Dovecot.StartAsync(_folder, new DovecotOptions());
        await using var smarthost = await Postfix.StartTargetAsync(_folder, certificate: certificate);
        var relay = ApplianceSetup.Relay("smarthost", smarthost.Port, "require",
            $"trusted_certificates: \"{certificate.CertificateFile}\", {ApplianceSetup.FastRetries}");
        var configuration = ApplianceSetup.Write(
            _folder,
            ApplianceSetup.Everything("webhook: app", "lmtp: tcp", "lmtp: socket", "relay: smarthost"),
            [ApplianceSetup.Webhook("app", receiver, "raw"), ApplianceSetup.Lmtp("tcp", $"127.0.0.1:{boxes.LmtpPort}"), ApplianceSetup.Lmtp(
                "socket", $"unix:{boxes.LmtpSocket}"), relay],
            ApplianceSetup.Tls(certificate));
        await using var appliance = await Appliance.StartAsync(_folder, configuration);
        string State() => $"{appliance.Log}\n{senderLog?.Invoke()}";

        await send(appliance.SmtpPort, mail);

        var request = Assert.Single(await receiver.WaitForAsync(1, state: State));
        Assert.True(request.Verified, request.Problem);
        var overImap = await boxes.WaitForAsync("al", 2, State);
        var overPop3 = await boxes.ReadPop3Async("al");
        var relayed = await smarthost.WaitForAsync(1, state: State);
        Assert.Equal((2, 2, 1), (overImap.Count, overPop3.Count, relayed.Count));
        foreach (var came in new[] { [request.Body], overImap, overPop3, relayed }.SelectMany(mails => mails))
        {
            MailText.AssertUnchangedBelowTrace(mail, came);
            await seal.AssertUnbrokenAsync(came);
            Assert.Matches($@"Received: from [^\r]*(\r\n[ \t][^\r]*)*by mx\.example\.com[^\r]*(\r\n[ \t][^\r]*)*with {protocol}[\s]",
                Encoding.Latin1.GetString(came));
        }

        Assert.True(await appliance.MetricAsync(
            "inboundbridge_smtp_commands_total", $"verb=\"{verb}\"", "code=\"250\"") >= 1, $"{verb} was not what the sender used");
    }
}
