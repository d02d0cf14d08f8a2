using System.Security.Cryptography;
using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Dkim;

public class DkimCheckTests
{
    private const string Mail =
        "From: Al <al@example.com>\r\nTo: bo@example.net\r\nSubject: hello\r\n there\r\n\r\nOne line.\r\n\r\nAnother.\r\n";

    private readonly ZoneResolver _zone = new ZoneResolver()
        .Txt("s1._domainkey.example.com", SlowSigner.RsaRecord).Txt("ed._domainkey.example.com", SlowSigner.Ed25519Record);

    /// <summary>Tags in front of h=, the verdict. The clock says 2026-01-02, which is 1767323045.</summary>
    public static TheoryData<string, string> Tags => new()
    {
        { "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=s1; ", "pass" },
        { "v=1; a=rsa-sha256; d=example.com; s=s1; ", "pass" },
        { "v=1; a=rsa-sha256; c=relaxed; d=example.com; s=s1; ", "pass" },
        { "v=1; a=ed25519-sha256; c=relaxed/simple; d=example.com; s=ed; ", "pass" },
        { "a=rsa-sha256; d=example.com; s=s1; ", "permerror: tag v= is not 1" },
        { "v=2; a=rsa-sha256; d=example.com; s=s1; ", "permerror: tag v= is not 1" },
        { "v=1; d=example.com; s=s1; ", "permerror: tag a= is missing" },
        { "v=1; a=rsa-sha512; d=example.com; s=s1; ", "permerror: the algorithm is unknown" },
        { "v=1; a=rsa-sha1; d=example.com; s=s1; ", "policy: rsa-sha1 is no longer accepted" },
        { "v=1; a=rsa-sha256; s=s1; ", "permerror: tag d= is missing or empty" },
        { "v=1; a=rsa-sha256; d=; s=s1; ", "permerror: tag d= is missing or empty" },
        { "v=1; a=rsa-sha256; d=example.com,bank.example; s=s1; ", "permerror: tag d= is no domain name" },
        { "v=1; a=rsa-sha256; d=example.com; ", "permerror: tag s= is missing or empty" },
        { "v=1; a=rsa-sha256; c=relaxed/other; d=example.com; s=s1; ", "permerror: tag c= is unknown" },
        { "v=1; a=rsa-sha256; d=example.com; s=s1; q=http; ", "permerror: tag q= has no known method" },
        { "v=1; a=rsa-sha256; d=example.com; s=s1; q=http:dns/txt; ", "pass" },
        { "v=1; a=rsa-sha256; d=example.com; s=s1; i=@sub.example.com; ", "pass" },
        { "v=1; a=rsa-sha256; d=example.com; s=s1; i=al=40x@Example.com; ", "pass" },
        { "v=1; a=rsa-sha256; d=example.com; s=s1; i=@notexample.com; ", "permerror: tag i= is not at or below d=" },
        { "v=1; a=rsa-sha256; d=example.com; s=s1; i=example.com; ", "permerror: tag i= is not at or below d=" },
        { "v=1; a=rsa-sha256; d=example.com; s=s1; l=4; ", "pass: l= leaves 19 octets of the body unsigned" },
        { "v=1; a=rsa-sha256; d=example.com; s=s1; l=0; ", "pass: l= leaves 23 octets of the body unsigned" },
        { "v=1; a=rsa-sha256; d=example.com; s=s1; l=23; ", "pass" },
        { "v=1; a=rsa-sha256; d=example.com; s=s1; l=-1; ", "permerror: tag l= is not a number" },
        { "v=1; a=rsa-sha256; d=example.com; s=s1; t=1767323045; x=1767323046; ", "pass" },
        { "v=1; a=rsa-sha256; d=example.com; s=s1; t=4102444800; ", "pass" },
        { "v=1; a=rsa-sha256; d=example.com; s=s1; t=99999999999999999999999; ", "pass" },
        { "v=1; a=rsa-sha256; d=example.com; s=s1; x=1767323044; ", "fail: the signature has expired" },
        { "v=1; a=rsa-sha256; d=example.com; s=s1; x=4102444800; ", "pass" },
        { "v=1; a=rsa-sha256; d=example.com; s=s1; t=4102444801; x=4102444800; ", "permerror: tag x= is not after t=" },
        { "v=1; a=rsa-sha256; d=example.com; s=s1; t=now; ", "permerror: tag t= is not a number" },
        { "v=1; a=rsa-sha256; d=example.com; s=s1; x=1 767323046; ", "permerror: tag x= is not a number" },
        { "v=1; a=rsa-sha256; d=example.com; s=s1; z=From:al|To:bo; what=ever; ", "pass" },
        { "v=1; a=rsa-sha256; d=example.com; s=s1; d=example.com; ", "permerror: the field is malformed: a tag is there twice" },
        { "v=1; a=rsa-sha256;; d=example.com; s=s1; ", "permerror: the field is malformed: a tag has no equals sign" },
        { "v=1; a=rsa-sha256; d=example.com; s=none; ", "permerror: there is no key" },
        { "v=1; a=ed25519-sha256; d=example.com; s=s1; ", "permerror: the key is for another algorithm" },
    };

    [Theory]
    [MemberData(nameof(Tags))]
    public async Task Each_tag_is_obeyed(string tags, string expected)
    {
        var signed = new SlowSigner { Tags = tags }.Sign(Mail);
        var verdict = await CheckAsync(signed);
        Assert.Equal(expected, verdict.Text());
        Assert.Equal(expected.Contains("unsigned", StringComparison.Ordinal), verdict.IsPartial);
    }

    [Theory]
    [InlineData("From:To:Subject", "", "pass")]
    [InlineData("to:subject", "", "permerror: tag h= does not name From")]
    [InlineData("", "", "permerror: tag h= does not name From")]
    [InlineData("From:From", "From: ev@example.org\r\n", "fail: the signature does not match")]
    [InlineData("From", "From: ev@example.org\r\n", "policy: the signature does not cover every From field")]
    [InlineData("From:Subject", "Subject: pay\r\n", "pass: the signature does not cover every Subject field")]
    [InlineData("From", "subject: pay\r\n", "pass: the signature does not cover every Subject field")]
    [InlineData("From:Subject:Subject", "To : ev@example.org\r\n", "pass: the signature does not cover every To field")]
    [InlineData("From:Subject", "X: a\r\nX: b\r\nReceived: a\r\nReceived: b\r\n", "pass")]
    [InlineData("From", "", "pass")]
    [InlineData("From:To:Date", "", "pass")]
    [InlineData("From:Subject", "Reply-To: ev@example.org\r\n", "pass")]
    [InlineData("From:Reply-To", "Reply-To: ev@example.org\r\n", "fail: the signature does not match")]
    [InlineData("From:Subject:X-None:X-None::Dkim-Signature", "", "pass")]
    [InlineData("From:Subject", "Sub\0ject: pay\r\n", "pass: the signature does not cover every Subject field")]
    [InlineData("From:Subject:Subject", "\u00adSubject\u0001 : pay\r\n", "pass: the signature does not cover every Subject field")]
    [InlineData("From:Subject", "X: y\rSubject: pay\r\n", "pass: the signature does not cover every Subject field")]
    [InlineData("From:Subject", "X: y\rz\r\nX\0Subject: pay\r\nX-Subject: pay\r\n", "pass")]
    public async Task Fields_are_picked_from_the_bottom(string names, string added, string expected)
    {
        var signed = new SlowSigner { Names = names }.Sign(Mail);
        var verdict = await CheckAsync(added + signed);
        Assert.Equal(expected, verdict.Text());
        Assert.Equal(expected.StartsWith("pass: ", StringComparison.Ordinal), verdict.IsPartial);
    }

    /// <summary>Large providers leave some of them out, so that it must not cost their mail its pass.</summary>
    [Theory]
    [InlineData("From:To:Subject", "", "", false)]
    [InlineData("From:Subject", "", "To", false)]
    [InlineData("From", "", "Subject To", false)]
    [InlineData("From:To:Subject", "Reply-To: ev@x.example\r\nCc: a@x.example\r\nDate: x\r\n", "Reply-To Cc Date", false)]
    [InlineData("From:To:Subject:reply-to", "Reply-To: ev@x.example\r\n", "", false)]
    [InlineData("From:To:Subject", "Subject: pay\r\nTo: ev@x.example\r\n", "Subject To", true)]
    [InlineData(
        "From:To:Subject", "Content-Type: text/html\r\nContent-Transfer-Encoding: 8bit\r\n",
        "Content-Type Content-Transfer-Encoding", false)]
    [InlineData("From:To:Subject:Content-Type", "Content-Type: text/html\r\n", "", false)]
    [InlineData("From:To:Subject", "Content-Type: text/html\r\nContent-Type: text/plain\r\n", "Content-Type", true)]
    [InlineData("From:To:Subject", "Content\0-Type: text/html\r\n", "", true)]
    [InlineData("From:To:Subject", "\u00c5\u00bfubject: pay\r\n", "", true)]
    public async Task Fields_that_matter_and_are_not_signed_are_named(string names, string fields, string unsigned, bool isPartial)
    {
        var verdict = await CheckAsync(new SlowSigner { Names = names }.Sign(fields + Mail));
        Assert.Equal(
            (CheckResult.Pass, isPartial, unsigned), (verdict.Result, verdict.IsPartial, string.Join(' ', verdict.UnsignedFields)));
    }

    [Theory]
    [InlineData("v=DKIM1; p={0}", "pass")]
    [InlineData("p={0}; n=notes and more", "pass")]
    [InlineData("v=DKIM1; k=rsa; h=sha1:sha256; s=tlsrpt : email; t=y; p={0}", "pass")]
    [InlineData("v=DKIM1; g=nobody; p={0}", "pass")]
    [InlineData("k=rsa; v=DKIM1; p={0}", "permerror: the key record has another version")]
    [InlineData("v=DKIM2; p={0}", "permerror: the key record has another version")]
    [InlineData("v=DKIM1; k=dsa; p={0}", "permerror: the key has an unknown type")]
    [InlineData("v=DKIM1; h=sha1; p={0}", "permerror: the key is not for SHA-256")]
    [InlineData("v=DKIM1; s=tlsrpt; p={0}", "permerror: the key is not for mail")]
    [InlineData("v=DKIM1; p=", "permerror: the key is revoked")]
    [InlineData("v=DKIM1", "permerror: the key record has no key")]
    [InlineData("v=DKIM1; p=AAAA", "permerror: the public key is malformed")]
    [InlineData("v=DKIM1; p={0}; p={0}", "permerror: the key record is malformed")]
    [InlineData("v=spf1 -all", "permerror: the key record has another version")]
    public async Task Each_tag_of_the_key_is_obeyed(string record, string expected)
    {
        var text = string.Format(null, record, Convert.ToBase64String(SlowSigner.Rsa.ExportSubjectPublicKeyInfo()));
        var zone = new ZoneResolver().Txt("s1._domainkey.example.com", text);
        var verdict = await CheckAsync(new SlowSigner().Sign(Mail), zone);
        Assert.Equal(expected, verdict.Text());
        Assert.Equal(record.Contains("t=y", StringComparison.Ordinal), verdict.IsTest);
    }

    [Theory]
    [InlineData("", "pass")]
    [InlineData("i=al@example.com; ", "pass")]
    [InlineData("i=al@a.example.com; ", "permerror: tag i= must be d=, says the key")]
    public async Task A_strict_key_is_for_its_domain_alone(string tag, string expected)
    {
        var zone = new ZoneResolver().Txt("s1._domainkey.example.com", SlowSigner.RsaRecord + "; t=y:s");
        var signer = new SlowSigner { Tags = $"v=1; a=rsa-sha256; d=example.com; s=s1; {tag}" };
        Assert.Equal(expected, (await CheckAsync(signer.Sign(Mail), zone)).Text());
    }

    [Theory]
    [InlineData(512, 1024, "policy: the key has less than 1024 bits")]
    [InlineData(1024, 1024, "pass")]
    [InlineData(1024, 2048, "policy: the key has less than 2048 bits")]
    public async Task Short_keys_do_not_pass(int bits, int minimum, string expected)
    {
        using var key = RSA.Create(bits);
        var zone = new ZoneResolver().Txt("s1._domainkey.example.com", $"p={Convert.ToBase64String(key.ExportRSAPublicKey())}");
        var options = new SignatureOptions { MinimumRsaBits = minimum };
        var verdict = await CheckAsync(new SlowSigner { Key = key }.Sign(Mail), zone, options);
        Assert.Equal((expected, bits), (verdict.Text(), verdict.Bits));
    }

    [Fact]
    public async Task A_name_in_unicode_is_looked_up_in_a_labels()
    {
        var zone = new ZoneResolver().Txt("xn--schlssel-95a._domainkey.xn--bcher-kva.example", SlowSigner.RsaRecord);
        var utf8 = SlowCanon.Text("v=1; a=rsa-sha256; d=bücher.example; s=schlüssel; i=jürgen@Bücher.example; "u8.ToArray());
        var verdict = await CheckAsync(new SlowSigner { Tags = utf8 }.Sign(Mail), zone);
        Assert.Equal(("pass", "xn--bcher-kva.example", "jürgen@Bücher.example"), (verdict.Text(), verdict.Domain, verdict.Identity));
    }

    [Fact]
    public async Task The_verdict_names_what_was_signed()
    {
        var verdict = await CheckAsync(new SlowSigner { Tags = "v=1; a=rsa-sha256; d=Example.COM; s=s1; " }.Sign(Mail));
        Assert.Equal(new DkimVerdict(CheckResult.Pass)
        {
            Domain = "example.com",
            Identity = "@example.com",
            Selector = "s1",
            Algorithm = "rsa-sha256",
            Bits = 2048,
            SignaturePrefix = verdict.SignaturePrefix,
        }, verdict);
        Assert.Equal(8, verdict.SignaturePrefix!.Length);
    }

    [Theory]
    [InlineData(DkimDns.Failure, "temperror: the key could not be looked up")]
    [InlineData(DkimDns.Empty, "permerror: there is no key")]
    [InlineData(DkimDns.Two, "pass")]
    [InlineData(DkimDns.Long, "permerror: the key record is too long")]
    public async Task Every_answer_of_the_dns_has_its_verdict(DkimDns dns, string expected)
    {
        const string Name = "s1._domainkey.example.com";
        var zone = dns switch
        {
            DkimDns.Failure => new ZoneResolver().Failing(Name),
            DkimDns.Empty => new ZoneResolver().Empty(Name),
            DkimDns.Two => new ZoneResolver().Txt(Name, "v=spf1 -all").Txt(Name, SlowSigner.RsaRecord),
            _ => new ZoneResolver().Txt(Name, SlowSigner.RsaRecord + "; n=" + new string('n', 65_000)),
        };
        Assert.Equal(expected, (await CheckAsync(new SlowSigner().Sign(Mail), zone)).Text());
    }

    public enum DkimDns
    {
        Failure,
        Empty,
        Two,
        Long,
    }

    private async Task<DkimVerdict> CheckAsync(string signed, ZoneResolver? zone = null, SignatureOptions? options = null) =>
        Assert.Single((await SignatureRun.OfAsync(SlowCanon.Octets(signed), zone ?? _zone, options)).Dkim);
}
