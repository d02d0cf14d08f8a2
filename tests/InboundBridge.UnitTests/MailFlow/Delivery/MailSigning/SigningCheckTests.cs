using System.Text;
using InboundBridge.MailFlow.Delivery.MailSigning;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.UnitTests.MailFlow.Delivery.SmtpRelay;

namespace InboundBridge.UnitTests.MailFlow.Delivery.MailSigning;

/// <summary>A stranger's forgery must not leave with a signature that makes it pass DMARC.</summary>
public class SigningCheckTests
{
    private const string Srs = "SRS0=vmyz=2W=sender.example=al@srs.example.com";

    [Theory]
    // The signer, what From says, and the author's domain and the record's domain of the stored verdict.
    [InlineData("example.com", "boss@example.com", "example.com", "example.com")]
    [InlineData("example.com", "Boss <boss@EXAMPLE.com.>", "example.com", "example.com")]
    [InlineData("mail.example.com", "boss@example.com", "example.com", "example.com")]
    [InlineData("example.com", "boss@mail.example.com", "mail.example.com", "example.com")]
    [InlineData("mail.example.com", "boss@news.example.com", "news.example.com", "news.example.com")]
    // The verdict names the strictest of several authors, ours stands only in the header.
    [InlineData("example.com", "x@strict.example.net, boss@example.com", "strict.example.net", "example.net")]
    [InlineData("example.com", "x@strict.example.net,\r\n\tBoss <boss@example.com>", "strict.example.net", "example.net")]
    [InlineData("example.com", "\"boss@example.com\" <x@quar.example>", "quar.example", "quar.example")]
    [InlineData("xn--bcher-kva.example", "boss@bücher.example", "xn--bcher-kva.example", "xn--bcher-kva.example")]
    // A rule may have changed From: what was checked counts too.
    [InlineData("example.com", "list@lists.example.net", "example.com", "example.com")]
    public void A_mail_that_failed_gets_no_signature_that_could_be_aligned(string signer, string from, string author, string record)
    {
        var message = Message(Dmarc(CheckResult.Fail, author, record));
        Assert.Equal(SigningCheck.Forged, Refusal(signer, message, $"From: {from}\r\n"));
    }

    [Theory]
    [InlineData("example.com", "x@example.net", "example.net")]
    [InlineData("example.com", "x@badexample.com", "badexample.com")]
    [InlineData("example.com", "x@example.com.attacker.example", "example.com.attacker.example")]
    public void Signatures_of_other_domains_are_made(string signer, string from, string author) =>
        Assert.Null(Refusal(signer, Message(Dmarc(CheckResult.Fail, author, author)), $"From: {from}\r\n"));

    [Fact]
    public void A_trusted_seal_does_not_make_a_failed_mail_ours()
    {
        var verdicts = Dmarc(CheckResult.Fail, "example.com", "example.com") with { Verdict = SenderVerdict.Forwarded };
        Assert.Equal(SigningCheck.Forged, Refusal("example.com", Message(verdicts), "From: boss@example.com\r\n"));
    }

    [Fact]
    public void Where_programs_show_different_authors_nothing_is_signed()
    {
        var message = Message(Dmarc(CheckResult.PermError, "", ""));
        Assert.Equal(SigningCheck.AuthorUnclear, Refusal("example.org", message, "From: a@x.example\r\nFrom: boss@example.com\r\n"));
    }

    [Theory]
    [InlineData(CheckResult.Pass)]
    [InlineData(CheckResult.TempError)]
    [InlineData(CheckResult.None)]
    public void Mail_that_did_not_fail_is_signed(CheckResult result) => Assert.Null(Refusal(
        "example.com", Message(Dmarc(result, "example.com", "example.com")), "From: boss@example.com\r\n"));

    [Theory]
    [InlineData(Srs)]
    [InlineData("srs1+abcd=first.example==vmyz=2W=sender.example=al@srs.example.com")]
    [InlineData("\"SRS0=vmyz=2W=sender.example=al b\"@srs.example.com")]
    public void A_strangers_mail_to_a_rewritten_sender_is_not_signed(string recipient)
    {
        var message = To(recipient, envelope => envelope);
        Assert.Equal(SigningCheck.ToReturnPath, Refusal("example.org", message, "From: mailer-daemon@x.example\r\n"));
        Assert.Null(Refusal("example.org", To("srsly@example.com", envelope => envelope), "From: mailer-daemon@x.example\r\n"));
    }

    [Fact]
    public void Mail_of_users_and_trusted_clients_and_our_own_is_signed()
    {
        const string From = "From: boss@example.com\r\n";
        var own = To(Srs, envelope => envelope) with { Cause = new MailCause("m0", "d0", "failed", ["al@example.net"]) };
        Assert.Null(Refusal("example.com", own, From));
        Assert.Null(Refusal("example.com", To(Srs, envelope => envelope with { User = "jo" }), From));
        Assert.Null(Refusal("example.com", To(Srs, envelope => envelope with { Trusted = true }), From));
        // A report of ours is neither of a user nor about a mail.
        Assert.Null(Refusal("example.com", Message(null), From));
    }

    [Fact]
    public void A_From_of_many_addresses_costs_one_pass()
    {
        var from = string.Concat(Enumerable.Repeat("x@attacker.example,", 20_000)) + "boss@example.com";
        var message = Message(Dmarc(CheckResult.Fail, "attacker.example", "attacker.example"));
        Assert.Equal(SigningCheck.Forged, Refusal("example.com", message, $"From: {from}\r\n"));
        Assert.Null(Refusal("example.com", message, $"From: {from[..^16]}\r\n"));
    }

    private static string? Refusal(string signer, SpooledMessage message, string header)
    {
        using var fields = new HeaderFields(Encoding.UTF8.GetBytes("Received: by us\r\n" + header));
        return SigningCheck.Refusal(
            signer, message, new Lazy<MailVerdicts>(VerdictsReader.Read(message.AuthenticationJson)), fields);
    }

    private static MailVerdicts Dmarc(CheckResult result, string author, string record) => MailVerdicts.NotAsked with
    {
        Verdict = result == CheckResult.Fail ? SenderVerdict.Fail : result == CheckResult.Pass ? SenderVerdict.Pass : SenderVerdict.None,
        Dmarc = new DmarcVerdict(result) { AuthorDomain = author, Domain = record, Policy = "reject", Published = "reject" },
    };

    private static SpooledMessage Message(MailVerdicts? verdicts) => DeliveryFixture.Attempt(["bo@example.net"]).Message with
    {
        AuthenticationJson = verdicts is null ? null : VerdictsJson.Write(verdicts),
    };

    private static SpooledMessage To(string recipient, Func<MailEnvelope, MailEnvelope> change)
    {
        var envelope = new MailEnvelope
        {
            Sender = string.Empty,
            Recipients = [new MailRecipient("ann@example.com"), new MailRecipient(recipient)],
        };
        return Message(null) with { Envelope = change(envelope) };
    }
}
