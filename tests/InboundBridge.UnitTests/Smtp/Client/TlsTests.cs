using InboundBridge.Smtp.Client;

namespace InboundBridge.UnitTests.Smtp.Client;

public class TlsTests
{
    private const string Name = "mx.example.net";

    [Theory]
    [InlineData(SmtpTlsMode.Require)]
    [InlineData(SmtpTlsMode.Opportunistic)]
    public async Task Starttls_precedes_the_message_and_sends_ehlo_again(SmtpTlsMode mode)
    {
        var server = new TlsServer(Name);
        Assert.Equal((SmtpSendStage.Data, 250), await SendAsync(mode, server));
        Assert.Equal(["EHLO client.example.org", "STARTTLS"], server.Clear);
        Assert.Equal("EHLO client.example.org", server.Secured[0]);
        Assert.Contains("MAIL FROM:<al@example.org>", server.Secured);
    }

    [Fact]
    public async Task Implicit_tls_sends_nothing_unencrypted()
    {
        var server = new TlsServer(Name, implicitTls: true);
        Assert.Equal((SmtpSendStage.Data, 250), await SendAsync(SmtpTlsMode.Implicit, server));
        Assert.Empty(server.Clear);
    }

    [Theory]
    [InlineData(SmtpTlsMode.Require, false)]
    [InlineData(SmtpTlsMode.Implicit, true)]
    public async Task A_certificate_for_another_name_is_refused(SmtpTlsMode mode, bool implicitTls)
    {
        var server = new TlsServer("other.example.net", implicitTls: implicitTls);
        Assert.Equal((SmtpSendStage.Connect, 451), await SendAsync(mode, server));
        Assert.Empty(server.Secured);
    }

    [Fact]
    public async Task A_certificate_of_an_unknown_authority_is_refused()
    {
        var server = new TlsServer(Name);
        Assert.Equal(
            (SmtpSendStage.Connect, 451), await SendAsync(SmtpTlsMode.Require, server, options => options with { TrustedRoots = null }));
        Assert.Empty(server.Secured);
    }

    [Fact]
    public async Task The_certificate_may_have_the_configured_name()
    {
        var server = new TlsServer("other.example.net");
        Assert.Equal((SmtpSendStage.Data, 250), await SendAsync(
            SmtpTlsMode.Require, server, options => options with { CertificateName = "other.example.net" }));
    }

    [Fact]
    public async Task Opportunistic_tls_accepts_any_certificate()
    {
        var server = new TlsServer("other.example.net");
        Assert.Equal(
            (SmtpSendStage.Data, 250), await SendAsync(SmtpTlsMode.Opportunistic, server, options => options with { TrustedRoots = null }));
        Assert.NotEmpty(server.Secured);
    }

    [Fact]
    public async Task Opportunistic_mail_is_sent_unencrypted_when_tls_is_broken()
    {
        var server = new TlsServer(Name, brokenHandshake: true);
        Assert.Equal((SmtpSendStage.Data, 250), await SendAsync(SmtpTlsMode.Opportunistic, server));
        Assert.Contains("MAIL FROM:<al@example.org>", server.Clear);
    }

    [Fact]
    public async Task Off_does_not_use_starttls_even_when_offered()
    {
        var server = new TlsServer(Name);
        Assert.Equal((SmtpSendStage.Data, 250), await SendAsync(SmtpTlsMode.Off, server));
        Assert.Empty(server.Secured);
    }

    /// <summary>CVE-2011-0411 for clients: octets that an attacker adds after the 220 must not count as a reply under TLS.</summary>
    [Fact]
    public async Task Octets_injected_before_the_handshake_are_discarded()
    {
        var server = new TlsServer(Name) { Injected = "250 mx\r\n550 5.1.1 nobody here\r\n" };
        Assert.Equal((SmtpSendStage.Data, 250), await SendAsync(SmtpTlsMode.Require, server));
    }

    [Theory]
    [InlineData(SmtpTlsMode.Require, 250)]
    [InlineData(SmtpTlsMode.Off, 550)]
    public async Task Mail_with_requiretls_needs_a_valid_certificate(SmtpTlsMode mode, int code)
    {
        var server = new TlsServer(Name);
        var (stage, said) = await SendAsync(mode, server, requireTls: true);
        Assert.Equal(code, said);
        Assert.Equal(code == 250 ? SmtpSendStage.Data : SmtpSendStage.Mail, stage);
        Assert.Equal(code == 250, server.Secured.Contains("MAIL FROM:<al@example.org> REQUIRETLS"));
    }

    private static async Task<(SmtpSendStage, int)> SendAsync(
        SmtpTlsMode mode, TlsServer server, Func<SmtpClientOptions, SmtpClientOptions>? change = null, bool requireTls = false)
    {
        var options = new SmtpClientOptions
        {
            Server = new SmtpEndpoint(Name, 25),
            Hostname = "client.example.org",
            Tls = mode,
            TrustedRoots = TlsServer.Roots,
        };
        var message = new SmtpClientMessage
        {
            Sender = "al@example.org",
            Recipients = [new SmtpClientRecipient("bo@example.net")],
            Content = SmtpContent.FromMemory("Subject: x\r\n\r\n"u8.ToArray()),
            RequireTls = requireTls,
        };
        var result = await SmtpSender.SendAsync(
            change?.Invoke(options) ?? options, message, TestContext.Current.CancellationToken, Dial, TimeProvider.System);
        return (result.Stage, Assert.Single(result.Replies).Code);

        ValueTask<Stream> Dial(SmtpEndpoint endpoint, CancellationToken cancellationToken)
        {
            var connection = new MemoryConnection();
            _ = server.ServeAsync(connection.Server);
            return new ValueTask<Stream>(connection.Client);
        }
    }
}
