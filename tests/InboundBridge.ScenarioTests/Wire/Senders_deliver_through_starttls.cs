using System.Net;
using System.Net.Mail;
using System.Text;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Wire;

/// <summary>
/// Mail servers and libraries deliver after STARTTLS to a listener that requires it, and use PIPELINING and CHUNKING if they know them:
/// Postfix does not send chunks, nodemailer and .NET use neither. Dovecot, which uses both, has a scenario of its own.
/// </summary>
public sealed class Senders_deliver_through_starttls(Senders_deliver_through_starttls.Mx mx)
    : IClassFixture<Senders_deliver_through_starttls.Mx>, IDisposable
{
    private const string From = "al@sender.test";

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Exim_with_pipelining_and_chunking()
    {
        var (mail, before) = (MailText.Read("awkward.eml"), await ChunksAsync());
        var sent = (await Exim.SendAsync(_folder, mx.Appliance.SmtpPort, mail, From, ["exim@example.com", "second@example.com"])).Succeeded(
            "exim");
        await AssertArrivedAsync("exim", mail, () => sent.Output);
        Assert.Equal(before + 1, await ChunksAsync());
        Assert.Contains("SMTP|> MAIL FROM:<al@sender.test>", sent.Output, StringComparison.Ordinal);
        Assert.Contains("SMTP|> RCPT TO:<second@example.com>", sent.Output, StringComparison.Ordinal);
        Assert.Matches(@"SMTP\+> BDAT \d+ LAST", sent.Output);
    }

    [Fact]
    public async Task Postfix_with_pipelining()
    {
        var mail = MailText.Read("awkward.eml");
        await using var postfix = await Postfix.StartSenderAsync(_folder, mx.Appliance.SmtpPort, "encrypt", "debug_peer_list = 127.0.0.1");
        await using var conversation = await SmtpConversation.OpenAsync(postfix.Port);
        Assert.StartsWith(
            "250", await conversation.SendAsync(mail, From, "postfix@example.com", "second@example.com"), StringComparison.Ordinal);
        await AssertArrivedAsync("postfix", mail, () => postfix.Log);
        await Deadline.Usual.UntilAsync(
            () => postfix.Log.Contains("status=sent", StringComparison.Ordinal), "Postfix to write its log", () => postfix.Log);
        // The client's commands (>) and the replies (<) from MAIL to the first reply after it.
        var said = postfix.Log.Split('\n').Where(line => line.Contains("/smtp[", StringComparison.Ordinal)).SkipWhile(line =>
            !line.Contains("> 127.0.0.1[127.0.0.1]", StringComparison.Ordinal) || !line.Contains("MAIL FROM", StringComparison.Ordinal))
            .TakeWhile(line => !line.Contains("< 127.0.0.1[127.0.0.1]", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, said.Count(line => line.Contains("RCPT TO", StringComparison.Ordinal)));
        Assert.Contains(said, line => line.EndsWith(": DATA", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nodemailer()
    {
        var mail = MailText.Read("awkward.eml");
        await File.WriteAllBytesAsync(_folder["mail.eml"], mail, TestContext.Current.CancellationToken);
        (await Peers.Nodemailer.SendFileAsync(mx.Appliance.SmtpPort, _folder["mail.eml"], From, ["nodemailer@example.com"], startTls: true))
            .Succeeded("nodemailer");
        await AssertArrivedAsync("nodemailer", mail, () => "");
    }

    [Fact]
    public async Task The_smtp_client_of_dotnet()
    {
        using var client = new SmtpClient(
            "127.0.0.1", mx.Appliance.SmtpPort)
        { EnableSsl = true, DeliveryFormat = SmtpDeliveryFormat.International };
#pragma warning disable SYSLIB0014, MA0039 // SmtpClient has no other setting for the certificate to trust.
        ServicePointManager.ServerCertificateValidationCallback = (_, shown, _, _) => shown is not null
            && shown.GetRawCertData().AsSpan().SequenceEqual(mx.Certificate);
#pragma warning restore SYSLIB0014, MA0039
        using var message = new MailMessage(From, "dotnet@example.com", "Grüße",
            "Zeile\r\n.Punkt\r\n")
        { Attachments = { Attachment.CreateAttachmentFromString("eins,zwei", "liste.csv") } };
        await client.SendMailAsync(message, TestContext.Current.CancellationToken);
        var came = Encoding.UTF8.GetString(await CameAsync("dotnet", () => ""));
        Assert.Matches("(?m)^Subject: Grüße\r$", came);
        Assert.Contains("name=liste.csv", came, StringComparison.Ordinal);
    }

    private async Task AssertArrivedAsync(string name, byte[] mail, Func<string> senderLog) =>
        MailText.AssertUnchangedBelowTrace(mail, await CameAsync(name, senderLog));

    private async Task<byte[]> CameAsync(string name, Func<string> senderLog)
    {
        IReadOnlyList<byte[]> mails = [];
        await Deadline.Usual.UntilAsync(
            async () => (mails = await mx.Appliance.MailsAsync($"recipient={name}@example.com")).Count > 0, $"the mail of {name}",
            () => $"{mx.Appliance.Log}\n{senderLog()}");
        var came = Assert.Single(mails);
        Assert.Matches(@"^Received: from [^\r]*(\r\n[ \t][^\r]*)*by mx\.example\.com[^\r]*(\r\n[ \t][^\r]*)*with (UTF8SMTPS|ESMTPS)\s",
            Encoding.Latin1.GetString(came));
        return came;
    }

    private Task<double> ChunksAsync() => mx.Appliance.MetricAsync("inboundbridge_smtp_commands_total", "verb=\"BDAT\"", "code=\"250\"");

    /// <summary>One appliance for all tests of the class.</summary>
    public sealed class Mx : IAsyncLifetime
    {
        private readonly PeerFolder _folder = new();

        internal Appliance Appliance { get; private set; } = null!;

        internal byte[] Certificate { get; private set; } = [];

        public async ValueTask InitializeAsync()
        {
            var certificate = new TestCertificate(_folder);
            Certificate = await certificate.ReadAsync();
            Appliance = await Appliance.StartAsync(_folder, ApplianceSetup.Write(
                _folder,
                ApplianceSetup.Everything("hold: arrived"),
                [],
                ApplianceSetup.Tls(certificate),
                $$"""listeners: [{ name: mx, address: "{{Appliance.SmtpAddress}}", tls: require }]"""));
        }

        public async ValueTask DisposeAsync()
        {
            await Appliance.DisposeAsync();
            _folder.Dispose();
        }
    }
}
