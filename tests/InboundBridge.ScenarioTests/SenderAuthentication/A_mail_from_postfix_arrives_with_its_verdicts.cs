using System.Text;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SenderAuthentication;

/// <summary>
/// Postfix delivers a mail that mailauth has signed, and Unbound has the records of its domain. Webhook and Dovecot get it with the verdict
/// pass. Forged mail is refused in the session.
/// </summary>
public sealed class A_mail_from_postfix_arrives_with_its_verdicts : IDisposable
{
    private const string Mail =
        "From: Al <al@sender.test>\r\nTo: al@example.com\r\nSubject: proof\r\nDate: Fri, 02 Jan 2026 03:04:05 +0000\r\n"
        + "Message-ID: <1@sender.test>\r\n\r\nIt was me.\r\n";

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task With_every_check_enforced()
    {
        var seal = new DkimSeal(_folder);
        var mail = await seal.SignAsync(Encoding.ASCII.GetBytes(Mail));
        await using var unbound = await Unbound.StartAsync(_folder, Zones(seal.Record));
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var boxes = await Dovecot.StartAsync(_folder, new DovecotOptions());
        var configuration = ApplianceSetup.Write(
            _folder, ApplianceSetup.Everything("webhook: app", "lmtp: boxes"),
            [ApplianceSetup.Webhook("app", receiver), ApplianceSetup.Lmtp("boxes", $"127.0.0.1:{boxes.LmtpPort}")],
            $"dns: {{ servers: [\"{unbound.Address}\"] }}");
        configuration = configuration.Replace(
            ApplianceSetup.NoSenderChecks, "authentication: { spf: enforce, dkim: enforce, dmarc: enforce }", StringComparison.Ordinal);
        await using var appliance = await Appliance.StartAsync(_folder, configuration);
        await using var postfix = await Postfix.StartSenderAsync(_folder, appliance.SmtpPort);
        string State() => $"{appliance.Log}\n{postfix.Log}\n{unbound.Log}";

        await using (var conversation = await SmtpConversation.OpenAsync(postfix.Port))
            Assert.StartsWith("250", await conversation.SendAsync(mail, "al@sender.test", "al@example.com"), StringComparison.Ordinal);

        var data = Assert.Single(await receiver.WaitForAsync(1, state: State)).Data;
        var verdicts = data.GetProperty("authentication");
        Assert.Equal("pass", verdicts.GetProperty("verdict").GetString());
        Assert.Equal("pass", verdicts.GetProperty("spf").GetProperty("result").GetString());
        Assert.Equal("sender.test", Assert.Single(verdicts.GetProperty("dkim").EnumerateArray()).GetProperty("domain").GetString());
        Assert.Equal("reject", verdicts.GetProperty("dmarc").GetProperty("policy").GetString());
        Assert.StartsWith("mx.example.com;", data.GetProperty("authentication_results").GetString(), StringComparison.Ordinal);

        var stored = Encoding.ASCII.GetString(Assert.Single(await boxes.WaitForAsync("al", 1, State)));
        var field = stored[stored.IndexOf("Authentication-Results: mx.example.com;", StringComparison.Ordinal)..];
        Assert.Contains("spf=pass smtp.mailfrom=al@sender.test", field, StringComparison.Ordinal);
        Assert.Contains("dkim=pass header.d=sender.test", field, StringComparison.Ordinal);
        Assert.Contains("dmarc=pass header.from=sender.test", field, StringComparison.Ordinal);

        await using var forger = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        Assert.StartsWith(
            "550 5.7.20", await forger.SendAsync(Encoding.ASCII.GetBytes(Mail), "al@sender.test", "al@example.com"),
                StringComparison.Ordinal);
        await using var foreign = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        var refused = await foreign.SendAsync(mail, "boss@bank.test", "al@example.com");
        Assert.StartsWith("550 5.7.23 127.0.0.1 may not send mail of bank.test", refused, StringComparison.Ordinal);
        Assert.Contains("ask us at bank.test", refused, StringComparison.Ordinal);
    }

    private static string Zones(string key) => $$"""
          local-zone: "sender.test." static
          local-data: 'sender.test. TXT "v=spf1 ip4:127.0.0.1 -all"'
          local-data: '_dmarc.sender.test. TXT "v=DMARC1; p=reject"'
          local-data: 'proof._domainkey.sender.test. TXT {{string.Join(' ', key.Chunk(250).Select(piece => $"\"{new string(piece)}\""))}}'
          local-zone: "bank.test." static
          local-data: 'bank.test. TXT "v=spf1 -all exp=why.bank.test"'
          local-data: 'why.bank.test. TXT "ask us at %{d}"'
        """;
}
