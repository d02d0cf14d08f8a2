using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Arc;

public class ArcCheckTests
{
    private const string Mail = "From: al@example.com\r\nTo: bo@example.net\r\nSubject: hello\r\n\r\nOne line.\r\n";
    private const string Forged = "From: al@example.com\r\nTo: bo@example.net\r\nSubject: pay\r\n\r\nAnother line.\r\n";

    private static readonly SlowSealer Good = new();
    private static readonly SlowSealer Other = new() { Domain = "other.example", Results = "mx.other.example; dmarc=fail" };

    private readonly ZoneResolver _zone = new ZoneResolver()
        .Txt("arc._domainkey.forwarder.example", SlowSigner.RsaRecord).Txt("arc._domainkey.other.example", SlowSigner.RsaRecord)
        .Txt("arc._domainkey.sub.forwarder.example", SlowSigner.RsaRecord);

    [Fact]
    public async Task A_chain_of_50_sets_passes_and_one_of_51_fails()
    {
        var mail = Mail;
        for (var set = 0; set < 50; set++)
            mail = Good.Seal(mail);
        var verdict = await CheckAsync(mail);
        Assert.Equal((CheckResult.Pass, 50), (verdict.Result, verdict.Sealers.Count));
        Assert.Single(_zone.Asked);
        Assert.Equal("fail: there are more than 50 sets", Text(await CheckAsync(Good.Seal(mail))));
    }

    [Theory]
    [InlineData("forwarder.example", "pass forwarder.example trusted before")]
    [InlineData("Forwarder.Example", "pass forwarder.example trusted before")]
    [InlineData("", "pass forwarder.example")]
    [InlineData("other.example", "pass forwarder.example")]
    [InlineData("example", "pass forwarder.example")]
    [InlineData("*.example", "pass forwarder.example trusted before")]
    [InlineData("*.forwarder.example", "pass forwarder.example")]
    public async Task A_sealer_is_trusted_by_its_exact_domain_or_below_an_asterisk(string trusted, string expected) =>
        Assert.Equal(expected, Text(await CheckAsync(Good.Seal(Mail), trusted)));

    /// <summary>A later sealer that nobody trusts could have put the sets of another mail on top of its own.</summary>
    [Fact]
    public async Task Sets_of_another_mail_are_not_believed()
    {
        var stolen = Good.Seal(Mail);
        var sets = stolen[..(stolen.Length - Mail.Length)];
        var forged = new SlowSealer { Domain = "other.example", Results = "mx.other.example; dmarc=pass header.from=example.com" }
            .Seal(sets + Forged);
        Assert.Equal("pass forwarder.example other.example", Text(await CheckAsync(forged, "forwarder.example")));
        Assert.Equal(
            "pass forwarder.example other.example trusted before", Text(await CheckAsync(forged, "forwarder.example", "other.example")));
    }

    [Fact]
    public async Task A_trusted_sealer_counts_below_a_stranger_who_changed_nothing()
    {
        var mail = Other.Seal(Good.Seal(Mail));
        Assert.Equal("pass forwarder.example other.example trusted before", Text(await CheckAsync(mail, "forwarder.example")));
        Assert.Equal("pass forwarder.example other.example trusted", Text(await CheckAsync(mail, "other.example")));
        Assert.Equal(
            "pass other.example forwarder.example trusted before",
            Text(await CheckAsync(Good.Seal(Other.Seal(Mail)), "forwarder.example")));
    }

    [Fact]
    public async Task Octets_that_the_last_signature_leaves_out_make_it_untrusted()
    {
        var sealer = new SlowSealer { MessageTags = "a=rsa-sha256; c=relaxed/relaxed; l=5; " };
        Assert.Equal("pass forwarder.example", Text(await CheckAsync(sealer.Seal(Mail), "forwarder.example")));
    }

    [Theory]
    [InlineData("mx.x; dmarc=pass", false)]
    [InlineData("mx.x; dmarc=pass header.from=Example.COM.", true)]
    [InlineData("mx.x; dmarc=pass header.from=al@example.com", true)]
    [InlineData("mx.x; dmarc=pass header.from=ev@other.example@example.com", false)]
    [InlineData("mx.x; dmarc=pass header.from=example.com header.from=other.example", false)]
    [InlineData("mx.x; dmarc=pass header.from=example.com; dmarc=fail header.from=example.com", false)]
    [InlineData("mx.x; dmarc=pass header.from=example.com; dmarc=pass header.from=other.example", false)]
    [InlineData("mx.x; dmarc=pass header.from=example.com; spf=pass x y", false)]
    [InlineData("mx.x; spf=pass smtp.mailfrom=a@example.com; dmarc=fail (p=reject) header.from=example.com x y", false)]
    [InlineData("mx.x; dkim=pass header.d=example.com; (open", false)]
    [InlineData("mx.x; dkim=pass header.d=example.com; reason=\"open", false)]
    [InlineData("mx.x; spf=pass smtp.mailfrom=\"a; dmarc=pass header.from=example.com\"@other.example; dmarc=fail", false)]
    [InlineData("mx.x; dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=example.com", true)]
    [InlineData("mx.x; dmarc=pass header.from=other.example", false)]
    [InlineData("mx.x; dmarc=fail; dkim=pass header.d=example.com", false)]
    [InlineData("mx.x; dkim=pass header.d=example.com; dmarc=fail", false)]
    [InlineData("mx.x; dmarc=none; dkim=pass header.d=example.com", true)]
    [InlineData("mx.x; dkim=pass header.i=@example.com", true)]
    [InlineData("mx.x; dkim=fail header.d=example.com", false)]
    [InlineData("mx.x; dkim=pass header.d=other.example", false)]
    [InlineData("mx.x; dkim=pass header.d=com", false)]
    [InlineData("mx.x; dkim=pass header.d=sub.example.com", false)]
    [InlineData("mx.x; spf=pass smtp.mailfrom=al@example.com", true)]
    [InlineData("mx.x; spf=softfail smtp.mailfrom=al@example.com", false)]
    [InlineData("mx.x; spf=pass smtp.helo=example.com", false)]
    [InlineData("mx.x; none", false)]
    [InlineData("mx.x; comment=\"; dmarc=pass\"", false)]
    [InlineData("mx.x (; dmarc=pass)", false)]
    public async Task What_the_sealer_says_is_read(string results, bool passed)
    {
        var verdict = await CheckAsync(new SlowSealer { Results = results }.Seal(Mail), "forwarder.example");
        Assert.Equal((CheckResult.Pass, true, passed), (verdict.Result, verdict.Trusted, verdict.PassedBefore));
        var options = new SignatureOptions { TrustedSealers = ["forwarder.example"] };
        var nobodys = SlowCanon.Octets(new SlowSealer { Results = results }.Seal(Mail));
        Assert.False((await SignatureRun.OfAsync(nobodys, _zone, options, author: null)).Arc.PassedBefore);
    }

    /// <summary>The reader of such fields stops at 64 results: the next one may deny what was read.</summary>
    [Theory]
    [InlineData(62, true)]
    [InlineData(63, false)]
    public async Task A_statement_that_was_not_read_to_its_end_does_not_count(int more, bool passed)
    {
        var results = "mx.x; dkim=pass header.d=example.com"
            + string.Concat(Enumerable.Repeat(";\r\n dkim=fail header.d=q.example", more)) + ";\r\n spf=fail";
        var verdict = await CheckAsync(new SlowSealer { Results = results }.Seal(Mail), "forwarder.example");
        Assert.Equal((true, passed), (verdict.Trusted, verdict.PassedBefore));
    }

    [Theory]
    [InlineData("Subject: pay\r\n")]
    [InlineData("From: ev@other.example\r\n")]
    public async Task A_field_that_somebody_has_put_above_the_sealed_ones_makes_the_chain_untrusted(string field) =>
        Assert.Equal("pass forwarder.example", Text(await CheckAsync(field + Good.Seal(Mail), "forwarder.example")));

    /// <summary>What was added to a sealed mail, and what the verdict says. Large sealers sign neither To nor Reply-To.</summary>
    [Theory]
    [InlineData("From:To:Subject", "", "", true)]
    [InlineData("From:Subject", "", "To", true)]
    [InlineData("From:To:Subject", "Reply-To: ev@x.example\r\nContent-Type: text/html\r\n", "Reply-To Content-Type", true)]
    [InlineData("From:To:Subject", "Subject: pay\r\n", "Subject", false)]
    [InlineData("From:To", "", "Subject", false)]
    public async Task Fields_that_the_sealer_has_not_signed_are_named(string names, string added, string unsigned, bool trusted)
    {
        var sealer = new SlowSealer { Names = names };
        var verdict = await CheckAsync(added + sealer.Seal(Mail), "forwarder.example");
        Assert.Equal((CheckResult.Pass, trusted, trusted, unsigned),
            (verdict.Result, verdict.Trusted, verdict.PassedBefore, string.Join(' ', verdict.UnsignedFields)));
        // A stranger who seals later signs the added fields too: what the trusted sealer left open counts.
        var stranger = new SlowSealer { Domain = "other.example", Names = $"{names}:Reply-To:Content-Type:To:Subject:Subject" };
        var later = await CheckAsync(stranger.Seal(added + sealer.Seal(Mail)), "forwarder.example");
        Assert.Equal((CheckResult.Pass, trusted), (later.Result, later.Trusted));
        Assert.Equal(trusted ? unsigned : string.Empty, string.Join(' ', later.UnsignedFields));
    }

    [Fact]
    public async Task A_chain_breaks()
    {
        var one = Good.Seal(Mail);
        var two = Other.Seal(one);
        Assert.Equal("fail: the last message signature: the body hash does not match", Text(await CheckAsync(one + "x\r\n")));
        Assert.Equal(
            "fail: the last message signature: the signature does not match", Text(await CheckAsync(one.Replace("hello", "hullo", StringComparison.Ordinal))));
        Assert.Equal("pass forwarder.example other.example",
            Text(await CheckAsync(Other.Seal(one.Replace("hello", "hullo", StringComparison.Ordinal)))));
        Assert.Equal("fail: seal 1: the signature does not match", Text(await CheckAsync(two.Replace("dmarc=pass", "dmarc=none", StringComparison.Ordinal))));
        Assert.Equal("fail: the last sealer says that the chain was broken",
            Text(await CheckAsync(new SlowSealer { ChainValidation = "fail" }.Seal(one))));
        Assert.Equal("fail: seal 1: tag cv= is not none", Text(await CheckAsync(new SlowSealer { ChainValidation = "pass" }.Seal(Mail))));
        Assert.Equal("fail: seal 2: tag cv= is not pass", Text(await CheckAsync(new SlowSealer { ChainValidation = "none" }.Seal(one))));
        Assert.Equal("fail: the sets are not complete", Text(await CheckAsync(two[(two.IndexOf("ARC-Mess", StringComparison.Ordinal))..])));
    }

    [Fact]
    public async Task A_key_that_can_not_be_looked_up_is_temporary_unless_something_is_wrong_for_certain()
    {
        var zone = new ZoneResolver().Txt("arc._domainkey.other.example", SlowSigner.RsaRecord)
            .Failing("arc._domainkey.forwarder.example");
        var mail = Other.Seal(Good.Seal(Mail));
        var verdict = await CheckAsync(mail, zone, "example.com", "forwarder.example", "other.example");
        Assert.Equal((CheckResult.TempError, false, true, "seal 1: the key could not be looked up"),
            (verdict.Result, verdict.Trusted, verdict.PassedBefore, verdict.Reason));
        Assert.Equal(CheckResult.Fail, (await CheckAsync(mail + "x\r\n", zone, "example.com")).Result);
        var gone = new ZoneResolver().Txt("arc._domainkey.other.example", SlowSigner.RsaRecord);
        Assert.Equal("fail: seal 1: there is no key", Text(await CheckAsync(mail, gone, "example.com")));
    }

    private Task<ArcVerdict> CheckAsync(string mail, params string[] trusted) => CheckAsync(mail, _zone, "example.com", trusted);

    private static async Task<ArcVerdict> CheckAsync(string mail, ZoneResolver zone, string? author, params string[] trusted)
    {
        var options = new SignatureOptions { TrustedSealers = trusted };
        return (await SignatureRun.OfAsync(SlowCanon.Octets(mail), zone, options, author: author)).Arc;
    }

    private static string Text(ArcVerdict verdict) => verdict.Result == CheckResult.Pass
        ? string.Join(' ', verdict.Sealers.Prepend("pass")) + (verdict.Trusted ? " trusted" : "") + (verdict.PassedBefore ? " before" : "")
        : $"{verdict.Result.Word()}: {verdict.Reason}";
}
