using System.Security.Cryptography;
using InboundBridge.MailFlow.SenderAuthentication.Dkim;
using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Dkim;

public class DkimSignerTests
{
    private const string Mail =
        "From: al@example.com\r\nTo: a@example.net\r\nTo: b@example.net\r\nSubject: hello\r\n\tthere\r\nX-Other: x\r\n\r\nOne  line. \r\n\r\n";

    private const string Ed25519Key = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g";

    private static readonly string Rsa = SlowSigner.Rsa.ExportPkcs8PrivateKeyPem();
    private static readonly string Ed25519 = $"-----BEGIN PRIVATE KEY-----\n{Ed25519Key}\n-----END PRIVATE KEY-----\n";

    [Fact]
    public async Task What_we_sign_verifies_with_each_key_and_way_of_canonicalising()
    {
        foreach (var pem in new[] { Rsa, Ed25519 })
        {
            var key = SignerKey.Read(pem);
            foreach (var header in Enum.GetValues<Canonicalization>())
            {
                foreach (var body in Enum.GetValues<Canonicalization>())
                {
                    var options = new SignerOptions
                    {
                        Domain = "example.com",
                        Selector = "s1",
                        Header = header,
                        Body = body,
                        Lifetime = TimeSpan.FromDays(1),
                    };
                    Assert.Equal("pass", await CheckAsync(Sign(Mail, options, key) + Mail, key));
                    Assert.Equal("fail: the signature has expired",
                        await CheckAsync(Sign(Mail, options, key) + Mail, key, FakeTime.Start.AddDays(2)));
                }
            }
        }
    }

    [Theory]
    [InlineData("From: ev@example.org\r\n", "fail: the signature does not match")]
    [InlineData("X-Other: y\r\n", "pass")]
    public async Task From_is_named_once_more_than_it_is_there(string added, string expected)
    {
        var key = SignerKey.Read(Rsa);
        var signature = Sign(Mail, new SignerOptions { Domain = "example.com", Selector = "s1" }, key);
        Assert.Contains("h=From:From:Reply-To:Subject:Subject:To:To:To:Cc:In-Reply-To:References;", signature, StringComparison.Ordinal);
        Assert.All(signature.Split("\r\n"), line => Assert.True(line.Length <= 78, line));
        Assert.Equal(expected, await CheckAsync(added + signature + Mail, key));
    }

    [Fact]
    public void Keys_are_read_from_pem()
    {
        Assert.Equal(("rsa-sha256", SlowSigner.RsaRecord), (SignerKey.Read(Rsa).Algorithm, SignerKey.Read(Rsa).Record));
        Assert.Equal(SlowSigner.RsaRecord, SignerKey.Read(SlowSigner.Rsa.ExportRSAPrivateKeyPem()).Record);
        // The key pair of RFC 8463 Appendix A.2.
        Assert.Equal("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", SignerKey.Read(Ed25519).Record);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no PEM")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMCwCAQAwBQYDK2VwBCAEHp1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrg==\n-----END PRIVATE KEY-----\n")]
    public void Other_files_are_refused(string pem) => Assert.Throws<FormatException>(() => SignerKey.Read(pem));

    [Fact]
    public void A_short_rsa_key_and_a_public_one_are_refused()
    {
        using var key = RSA.Create(512);
        Assert.Throws<FormatException>(() => SignerKey.Read(key.ExportPkcs8PrivateKeyPem()));
        Assert.Throws<FormatException>(() => SignerKey.Read(SlowSigner.Rsa.ExportSubjectPublicKeyInfoPem()));
    }

    private static string Sign(string mail, SignerOptions options, SignerKey key)
    {
        var octets = SlowCanon.Octets(mail);
        var end = octets.AsSpan().IndexOf("\r\n\r\n"u8) + 2;
        using var header = new HeaderFields(octets.AsMemory(0, end));
        using var bodies = new BodyHashes();
        var signer = new DkimSigner(options, key);
        var body = signer.Ask(bodies);
        bodies.Take(octets.AsSpan(end + 2));
        bodies.Complete();
        return signer.Sign(header, body, FakeTime.Start);
    }

    private static async Task<string> CheckAsync(string mail, SignerKey key, DateTimeOffset? now = null)
    {
        var zone = new ZoneResolver().Txt("s1._domainkey.example.com", key.Record);
        var clock = new FakeTimeProvider(now ?? FakeTime.Start);
        return Assert.Single((await SignatureRun.OfAsync(SlowCanon.Octets(mail), zone, clock: clock)).Dkim).Text();
    }
}
