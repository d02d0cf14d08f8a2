using InboundBridge.MailFlow.SenderAuthentication.Arc;
using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Arc;

public class ArcSealerTests
{
    private const string Mail = "From: al@example.com\r\nTo: bo@example.net\r\nSubject: hello\r\n\r\nOne line.\r\n";
    private const string Results = " mx.ours.example;\r\n\tspf=pass smtp.mailfrom=al@example.com;\r\n\tdmarc=pass header.from=example.com\r\n";

    private static readonly SignerKey Key = SignerKey.Read(SlowSigner.Rsa.ExportPkcs8PrivateKeyPem());

    private readonly ZoneResolver _zone = new ZoneResolver()
        .Txt("arc._domainkey.forwarder.example", SlowSigner.RsaRecord).Txt("s1._domainkey.ours.example", SlowSigner.RsaRecord);

    [Fact]
    public async Task The_first_set_verifies_and_says_what_we_found()
    {
        var mail = Seal(Mail, CheckResult.None);
        Assert.StartsWith("ARC-Seal: i=1; a=rsa-sha256; t=", mail, StringComparison.Ordinal);
        Assert.Contains("; cv=none;", mail, StringComparison.Ordinal);
        Assert.Contains("\r\nARC-Authentication-Results: i=1; mx.ours.example;\r\n\tspf=pass", mail, StringComparison.Ordinal);
        var verdict = await CheckAsync(mail, "ours.example");
        Assert.Equal((CheckResult.Pass, null, true, true), (verdict.Result, verdict.Reason, verdict.Trusted, verdict.PassedBefore));
    }

    [Fact]
    public async Task A_chain_that_passes_is_continued_up_to_50_sets()
    {
        var mail = new SlowSealer().Seal(Mail);
        mail = Seal(mail, CheckResult.Pass);
        Assert.StartsWith("ARC-Seal: i=2;", mail, StringComparison.Ordinal);
        Assert.Equal("pass forwarder.example ours.example", Text(await CheckAsync(mail)));
        // Somebody else continues ours.
        Assert.Equal("pass forwarder.example ours.example forwarder.example", Text(await CheckAsync(new SlowSealer().Seal(mail))));
        for (var set = 3; set <= 50; set++)
            mail = Seal(mail, CheckResult.Pass);
        Assert.Equal(CheckResult.Pass, (await CheckAsync(mail)).Result);
        Assert.Equal(mail, Seal(mail, CheckResult.Pass));
    }

    [Fact]
    public void A_chain_that_failed_gets_one_more_set_which_covers_itself_alone()
    {
        var broken = new SlowSealer().Seal(Mail).Replace("Subject: hello", "Subject: other", StringComparison.Ordinal);
        var mail = Seal(broken, CheckResult.Fail);
        Assert.Contains("ARC-Seal: i=2; a=rsa-sha256; t=", mail, StringComparison.Ordinal);
        Assert.Contains("; cv=fail;", mail, StringComparison.Ordinal);
        // RFC 8617 §5.1.2: as if our set were the only one.
        var fields = SlowCanon.Divide(mail).Fields[..3];
        var seal = SlowCanon.Field(fields[0], relaxed: true);
        var signature = seal[(seal.LastIndexOf("b=", StringComparison.Ordinal) + 2)..];
        var signed = SlowCanon.Field(fields[2], relaxed: true) + SlowCanon.Field(fields[1], relaxed: true)
            + seal[..^signature.Length];
        Assert.True(SlowSigner.Rsa.VerifyData(
            SlowCanon.Octets(signed), Convert.FromBase64String(signature.Replace(" ", "", StringComparison.Ordinal).Trim()),
            System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pkcs1));
        // The chain has ended: nobody adds to it, we neither.
        Assert.Equal(mail, Seal(mail, CheckResult.Fail));
    }

    [Theory]
    [InlineData(CheckResult.None)]
    [InlineData(CheckResult.TempError)]
    public void A_chain_that_nobody_could_check_is_left_alone(CheckResult chain)
    {
        var mail = new SlowSealer().Seal(Mail);
        Assert.Equal(mail, Seal(mail, chain));
    }

    [Fact]
    public void A_chain_that_a_rule_damaged_is_not_called_valid()
    {
        var mail = new SlowSealer().Seal(new SlowSealer().Seal(Mail));
        var field = SlowCanon.Divide(mail).Fields.First(field => field.StartsWith("ARC-Authentication", StringComparison.Ordinal));
        Assert.Contains("ARC-Seal: i=3; a=rsa-sha256", Seal(mail.Replace(field, "", StringComparison.Ordinal), CheckResult.Pass),
            StringComparison.Ordinal);
        Assert.Contains("; cv=fail;", Seal(mail.Replace(field, "", StringComparison.Ordinal), CheckResult.Pass), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ARC-Seal: nonsense\r\n")]
    [InlineData("ARC-Seal: i=51; cv=pass\r\n")]
    [InlineData("ARC-Seal: i=50; cv=pass\r\n")]
    [InlineData("ARC-Authentication-Results: i=x; mx\r\n")]
    public void A_chain_without_a_place_for_us_is_left_alone(string field) =>
        Assert.Equal(field + Mail, Seal(field + Mail, CheckResult.Fail));

    private static string Seal(string mail, CheckResult chain)
    {
        var octets = SlowCanon.Octets(mail);
        var end = octets.AsSpan().IndexOf("\r\n\r\n"u8) + 2;
        using var header = new HeaderFields(octets.AsMemory(0, end));
        using var bodies = new BodyHashes();
        var sealer = new ArcSealer(new SignerOptions { Domain = "ours.example", Selector = "s1" }, Key);
        var body = sealer.Ask(bodies);
        bodies.Take(octets.AsSpan(end + 2));
        bodies.Complete();
        return sealer.Seal(header, body, Results, chain, FakeTime.Start, FakeTime.Start) + mail;
    }

    private async Task<ArcVerdict> CheckAsync(string mail, params string[] trusted) => (await SignatureRun.OfAsync(
        SlowCanon.Octets(mail), _zone, new SignatureOptions { TrustedSealers = trusted }, author: "example.com")).Arc;

    private static string Text(ArcVerdict verdict) => verdict.Reason is { } reason
        ? $"{verdict.Result.Word()}: {reason}"
        : $"{verdict.Result.Word()} {string.Join(' ', verdict.Sealers)}";
}
