using System.Text;
using InboundBridge.MailFlow.Delivery.MailSigning;
using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;
using Microsoft.Extensions.Logging;

namespace InboundBridge.UnitTests.MailFlow.Delivery.SmtpRelay;

/// <summary>What a relay with keys of two domains sends on, and what its log says.</summary>
public sealed class RelaySigningTests : IDisposable
{
    private const string Forgery = "From: Boss <boss@example.com>\r\nSubject: pay\r\n\r\npay now\r\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("relay-signing-").FullName;
    private readonly DeliveryFixture _fixture = new();
    private readonly LineLog _log = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_forgery_of_our_domain_leaves_sealed_but_without_our_signature()
    {
        var sent = await SendAsync(Attempt("bo@example.net", CheckResult.Fail));
        Assert.Equal(
            ["ARC-Seal d=example.com", "ARC-Message-Signature d=example.com", "DKIM-Signature d=forwarder.example"], Signatures(sent));
        Assert.Equal(
            "signature_omitted: mail leaves without a DKIM signature message=m1 destination=outbound domains=example.com: "
                + "a domain of its From failed DMARC here (dmarc=fail)",
            Assert.Single(_log.Lines));
    }

    [Fact]
    public async Task A_strangers_mail_to_a_rewritten_sender_leaves_without_any_signature_of_ours()
    {
        var sent = await SendAsync(Attempt("SRS0=vmyz=2W=victim.example=bo@srs.example.com", CheckResult.None));
        Assert.Equal(["ARC-Seal d=example.com", "ARC-Message-Signature d=example.com"], Signatures(sent));
        Assert.Equal(
            "signature_omitted: mail leaves without a DKIM signature message=m1 destination=outbound "
            + "domains=example.com, forwarder.example: "
                + "a stranger sent it to a rewritten sender (SRS)",
            Assert.Single(_log.Lines));
    }

    [Fact]
    public async Task Other_mail_is_signed_by_each_key()
    {
        var sent = await SendAsync(Attempt("bo@example.net", CheckResult.Pass));
        Assert.Equal(
            ["ARC-Seal d=example.com", "ARC-Message-Signature d=example.com", "DKIM-Signature d=example.com",
                "DKIM-Signature d=forwarder.example"],
            Signatures(sent));
        Assert.Empty(_log.Lines);
    }

    [Theory]
    [InlineData("bo@example.net", CheckResult.Fail)]
    [InlineData("bo@example.net", CheckResult.Pass)]
    [InlineData("SRS0=vmyz=2W=victim.example=bo@srs.example.com", CheckResult.None)]
    public async Task The_preview_names_the_signatures_that_are_made(string recipient, CheckResult dmarc)
    {
        var attempt = Attempt(recipient, dmarc);
        var sent = Signatures(await SendAsync(attempt));
        var options = new RelayOptions
        {
            Name = "outbound",
            Host = "smtp.example.net",
            Hostname = "mx.example.com",
            // It reads no key.
            Dkim =
            [
                new SigningKeyOptions { Domain = "example.com", Selector = "s1", KeyFile = "/none" },
                new SigningKeyOptions { Domain = "forwarder.example", Selector = "s1", KeyFile = "/none" },
            ],
            Arc = new SigningKeyOptions { Domain = "example.com", Selector = "s1", KeyFile = "/none" },
        };
        var preview = await RelayPreview.OfAsync(options, attempt, _fixture.Clock, TestContext.Current.CancellationToken);
        Assert.Equal(
            sent.Where(line => line.StartsWith("DKIM", StringComparison.Ordinal)),
            preview.Signatures.Where(each => each is { Kind: "dkim", Omitted: null }).Select(each => $"DKIM-Signature d={each.Domain}"));
        Assert.Equal(("arc", null), (preview.Signatures[^1].Kind, preview.Signatures[^1].Omitted));
        Assert.Equal((string.Empty, false), (preview.Sender, preview.IsRewritten));
    }

    private static DeliveryAttempt Attempt(string recipient, CheckResult dmarc)
    {
        var attempt = DeliveryFixture.Attempt(["bo@victim.example"], new MailEnvelope
        {
            Sender = string.Empty,
            Recipients = [new MailRecipient(recipient)],
        });
        var verdicts = MailVerdicts.NotAsked with
        {
            Dmarc = new DmarcVerdict(dmarc) { AuthorDomain = "example.com", Domain = "example.com" },
        };
        return attempt with
        {
            Message = attempt.Message with { AuthenticationJson = VerdictsJson.Write(verdicts) },
            Content = MailContent.FromMemory(Encoding.ASCII.GetBytes(Forgery)),
        };
    }

    private async Task<string> SendAsync(DeliveryAttempt attempt)
    {
        var file = Path.Combine(_folder, "key.pem");
        await File.WriteAllTextAsync(file, SlowSigner.Rsa.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
        var key = new SigningKeyOptions { Domain = "example.com", Selector = "s1", KeyFile = file };
        var options = new RelayOptions
        {
            Name = "outbound",
            Host = "smart.example.net",
            Hostname = "mx.example.com",
            Dkim = [key, key with { Domain = "forwarder.example" }],
            Arc = key,
        };
        var mails = new RelayMailFactory(options, _folder, _fixture.Clock, _log);
        await using var mail = await mails.ComposeAsync(attempt, TestContext.Current.CancellationToken);
        var (content, octets, length) = (mail.Message.Content, new byte[mail.Message.Content.Length], 0);
        while (await content.ReadAsync(length, octets.AsMemory(length), TestContext.Current.CancellationToken) is > 0 and var count)
            length += count;
        return Encoding.Latin1.GetString(octets, 0, length);
    }

    /// <summary>The fields of signatures from the top, with the domain of each.</summary>
    private static IEnumerable<string> Signatures(string mail) =>
        mail[..mail.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Replace("\r\n\t", " ", StringComparison.Ordinal).Split("\r\n")
            .Where(field => field.Contains(" d=", StringComparison.Ordinal))
            .Select(field => $"{field[..field.IndexOf(':', StringComparison.Ordinal)]} {field.Split("; ").Select(tag => tag.Trim())
                .Single(tag => tag.StartsWith("d=", StringComparison.Ordinal))}");

    private sealed class LineLog : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{eventId.Name}: {formatter(state, exception)}");
    }
}
