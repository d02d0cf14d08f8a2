using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Server;
using InboundBridge.UnitTests.Smtp.Server;

namespace InboundBridge.UnitTests.MailFlow.Reception;

/// <summary>The parameters of MAIL and RCPT reach the spool, so that later hops can honour them.</summary>
public class EnvelopeTests
{
    private const string ToHook = "rules: [{ name: all, when: { recipient: '*' }, then: [webhook: hook] }]";

    [Fact]
    public async Task Parameters_of_mail_and_rcpt_are_stored()
    {
        await using var reception = await ReceptionFixture.CreateAsync(ToHook);
        await using var server = new SmtpTestServer
        {
            Receivers = peer => new InboundBridge.MailFlow.Reception.MailReceiver(peer, reception.Services),
            Listener = new() { Tls = SmtpTlsMode.StartTls, TlsOptions = TestCertificates.ServerOptions },
        };
        var client = server.Start();
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO client.example");
        await client.SayAsync("STARTTLS");
        await client.StartTlsAsync();
        await client.SayAsync("EHLO client.example");
        Assert.StartsWith(
            "250", await client.SayAsync(
            "MAIL FROM:<\"j\u00f6rg b\"@b\u00fccher.example> SMTPUTF8 BODY=BINARYMIME RET=HDRS ENVID=a+2Bb REQUIRETLS"),
            StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync(
            "RCPT TO:<\"a b\"@EXAMPLE.com> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;x+3Dy@example.org"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<postmaster> NOTIFY=NEVER"), StringComparison.Ordinal);
        await client.SendRawAsync("BDAT 21 LAST\r\nA: b\r\n\r\n\0\n.\n\r.\r\n\r\n.\r\n");
        Assert.StartsWith("250 2.0.0", await client.ReadReplyAsync(), StringComparison.Ordinal);
        var delivery = Assert.Single(await reception.DeliveriesAsync());
        var envelope = (await reception.Spool.FindMessageAsync(delivery.MessageId, CancellationToken.None))!.Envelope;
        Assert.Equal(
            ("\"j\u00f6rg b\"@xn--bcher-kva.example", true, "BINARYMIME", "HDRS", "a+b", true, "TLSv1.3"),
            (envelope.Sender, envelope.SmtpUtf8, envelope.Body, envelope.DsnReturn, envelope.DsnEnvelopeId, envelope.RequireTls,
                envelope.TlsVersion));
        Assert.Equal(
            [
                ("\"a b\"@example.com", RecipientNotify.Success | RecipientNotify.Failure, "rfc822;x=y@example.org"),
                ("postmaster@example.com", RecipientNotify.Never, null),
            ],
            envelope.Recipients.Select(recipient => (recipient.Address, recipient.Notify, recipient.OriginalRecipient)));
        var stored = await reception.StoredAsync(delivery.MessageId);
        Assert.EndsWith("+0000\r\nA: b\r\n\r\n\0\n.\n\r.\r\n\r\n.\r\n", stored, StringComparison.Ordinal);
        Assert.Contains("with UTF8SMTPS", stored, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("b@b\u00fccher.example")]
    [InlineData("b@B\u00dcCHER.example")]
    [InlineData("b@xn--bcher-kva.example")]
    [InlineData("b@XN--BCHER-KVA.Example")]
    [InlineData("@relay.example,@other.example:b@b\u00fccher.example")]
    public async Task Every_spelling_of_a_local_domain_is_accepted_and_stored_in_canonical_form(string recipient)
    {
        await using var reception = await ReceptionFixture.CreateAsync(ToHook);
        reception.Services.CurrentPolicy = reception.Services.CurrentPolicy with { Domains = new(["xn--bcher-kva.example"]) };
        await using var server =
            new SmtpTestServer { Receivers = peer => new InboundBridge.MailFlow.Reception.MailReceiver(peer, reception.Services) };
        var client = server.Start();
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO client.example");
        Assert.StartsWith("250", await client.SayAsync("MAIL FROM:<> SMTPUTF8"), StringComparison.Ordinal);
        Assert.Equal("250 2.1.5 Recipient ok", await client.SayAsync($"RCPT TO:<{recipient}>"));
        await client.SayAsync("DATA");
        await client.SendRawAsync("A: b\r\n\r\n.\r\n");
        Assert.StartsWith("250 2.0.0", await client.ReadReplyAsync(), StringComparison.Ordinal);
        var delivery = Assert.Single(await reception.DeliveriesAsync());
        Assert.Equal("b@xn--bcher-kva.example", Assert.Single(delivery.Recipients).Address);
        Assert.Equal("", (await reception.Spool.FindMessageAsync(delivery.MessageId, CancellationToken.None))!.Envelope.Sender);
    }

    [Theory]
    [InlineData("CN=mail.client.example", true)]
    [InlineData(null, false)]
    public async Task A_client_certificate_is_a_fact_for_rules(string? subject, bool accepted)
    {
        await using var reception = await ReceptionFixture.CreateAsync(
            "rules: [{ name: partners, when: { client_certificate: 'CN=mail.*' }, then: [webhook: hook] }, { name: none, when: { client_certificate: false }, then: [reject: No] }]");
        reception.Peer.Tls = new SmtpTls("TLSv1.3", "TLS_AES_256_GCM_SHA384", subject);
        await reception.MailAsync();
        Assert.Equal(accepted, (await reception.RcptAsync("a@example.com")).IsPositive);
    }
}
