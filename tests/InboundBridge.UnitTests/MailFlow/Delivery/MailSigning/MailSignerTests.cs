using System.Security.Cryptography;
using System.Text;
using InboundBridge.MailFlow.Delivery.MailSigning;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.Delivery.SmtpRelay;
using InboundBridge.UnitTests.MailFlow.Delivery.Webhook;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;

namespace InboundBridge.UnitTests.MailFlow.Delivery.MailSigning;

public sealed class MailSignerTests : IDisposable
{
    private const string Mail = "Received: by us\r\nFrom: al@example.com\r\nSubject: hello\r\n\r\nHello.  \r\n\r\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("signing").FullName;

    private readonly ZoneResolver _zone = new ZoneResolver()
        .Txt("r._domainkey.example.net", SlowSigner.RsaRecord)
        .Txt("e._domainkey.example.net", "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(Mail)]
    [InlineData("From: al@example.com\r\n\r\n")]
    [InlineData("From: al@example.com\r\nSubject: no body and no empty line\r\n")]
    [InlineData("From: al@example.com\nSubject: bare\n\nline ends\n")]
    public async Task Each_key_signs_and_the_seal_covers_the_signatures(string mail)
    {
        var signer = Signer(["r", "e"], arc: "r");
        var results = "Authentication-Results: mx.example.com;\r\n\tdmarc=pass header.from=example.com\r\n";
        var signed = await SignAsync(signer, mail, Message() with { ResultsField = results });
        Assert.Matches("(?s)^ARC-Seal: .*ARC-Message-Signature: .*ARC-Authentication-Results: i=1; mx.example.com;.*DKIM-Signature: .*DKIM-Signature: ", signed);
        var verdicts = await SignatureRun.OfAsync(SlowCanon.Octets(signed), _zone);
        Assert.Equal(["pass rsa-sha256", "pass ed25519-sha256"], verdicts.Dkim.Select(each => $"{each.Text()} {each.Algorithm}"));
        Assert.Equal((CheckResult.Pass, null), (verdicts.Arc.Result, verdicts.Arc.Reason));
        Assert.Contains("h=From:From:", signed, StringComparison.Ordinal);
        // Received changes on the way, so nothing signs it.
        Assert.DoesNotContain("Received:", signed[..^mail.Length], StringComparison.Ordinal);
        var withoutOne = signed.Replace("a=ed25519-sha256", "a=ed25519-sha512", StringComparison.Ordinal);
        Assert.Equal(CheckResult.Fail, (await SignatureRun.OfAsync(SlowCanon.Octets(withoutOne), _zone)).Arc.Result);
    }

    [Fact]
    public async Task A_large_mail_is_signed_as_it_is_read_and_cut_anywhere()
    {
        var mail = Mail + string.Concat(Enumerable.Range(0, 20_000).Select(line => $"line {line} \t of the  body\r\n"));
        var signer = Signer(["r"], arc: null);
        foreach (var piece in new[] { 1, 7, 4096, 100_000 })
        {
            var content = new ChunkedContent(SlowCanon.Octets(piece == 1 ? Mail : mail), piece);
            var top = (await signer.SignAsync(content, Message(), TestContext.Current.CancellationToken)).Text;
            var verdicts = await SignatureRun.OfAsync(SlowCanon.Octets(top + (piece == 1 ? Mail : mail)), _zone);
            Assert.Equal("pass", Assert.Single(verdicts.Dkim).Text());
        }
    }

    [Fact]
    public async Task A_mail_that_nobody_checked_is_sealed_without_results()
    {
        var signed = await SignAsync(Signer([], arc: "r"), Mail, Message());
        Assert.Contains("ARC-Authentication-Results: i=1; out.example.net; none\r\n", signed, StringComparison.Ordinal);
        Assert.Equal(CheckResult.Pass, (await SignatureRun.OfAsync(SlowCanon.Octets(signed), _zone)).Arc.Result);
    }

    [Fact]
    public async Task The_chain_counts_as_it_was_judged_when_the_mail_came()
    {
        var mail = new SlowSealer().Seal("From: al@example.com\r\nSubject: hello\r\n\r\nHello.\r\n");
        foreach (var (result, word) in new[] { (CheckResult.Pass, "pass"), (CheckResult.Fail, "fail") })
        {
            var verdicts = MailVerdicts.NotAsked with { Arc = new ArcVerdict(result) };
            var signed = await SignAsync(
                Signer([], arc: "r"), mail, Message() with { AuthenticationJson = VerdictsJson.Write(verdicts) });
            var seal = $"ARC-Seal: i=2; a=rsa-sha256; t={FakeTime.Start.ToUnixTimeSeconds()}; cv={word};";
            Assert.Contains(seal, signed, StringComparison.Ordinal);
        }
        Assert.Equal(mail, await SignAsync(Signer([], arc: "r"), mail, Message()));
    }

    [Fact]
    public void A_file_without_a_key_is_named()
    {
        var file = Path.Combine(_folder, "x.pem");
        File.WriteAllText(file, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        var key = new SigningKeyOptions { Domain = "example.net", Selector = "s", KeyFile = file };
        var fault = Assert.Throws<FormatException>(() => new MailSigner([key], null, "out.example.net", TimeProvider.System));
        Assert.StartsWith($"{file}: this is no private key in PEM, but CERTIFICATE; such as openssl", fault.Message, StringComparison.Ordinal);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        foreach (var pem in new[] { ec.ExportPkcs8PrivateKeyPem(), ec.ExportECPrivateKeyPem() })
        {
            File.WriteAllText(file, pem);
            var wrong = Assert.Throws<FormatException>(() => new MailSigner([key], null, "out.example.net", TimeProvider.System));
            Assert.StartsWith(
                $"{file}: this is a key for ECDSA (EC), and mail is signed with RSA or Ed25519", wrong.Message, StringComparison.Ordinal);
        }
        File.WriteAllText(file, new string('x', 70_000));
        Assert.Throws<FormatException>(() => SigningKeyFile.PublicRecord(file));
    }

    private MailSigner Signer(string[] dkim, string? arc) =>
        new([.. dkim.Select(Key)], arc is null ? null : Key(arc), "out.example.net", new FakeTimeProvider(FakeTime.Start));

    private SigningKeyOptions Key(string selector)
    {
        var file = Path.Combine(_folder, selector + ".pem");
        File.WriteAllText(file, selector == "r" ? SlowSigner.Rsa.ExportPkcs8PrivateKeyPem()
            : "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n");
        return new SigningKeyOptions { Domain = "example.net", Selector = selector, KeyFile = file };
    }

    private static SpooledMessage Message() => DeliveryFixture.Attempt(["bo@example.net"]).Message;

    private static async Task<string> SignAsync(MailSigner signer, string mail, SpooledMessage message)
    {
        var content = MailContent.FromMemory(Encoding.Latin1.GetBytes(mail));
        return (await signer.SignAsync(content, message, TestContext.Current.CancellationToken)).Text + mail;
    }
}
