using InboundBridge.Explaining;
using InboundBridge.MailFlow.Reception.Enforcement;
using InboundBridge.MailFlow.Reception.Trials;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.UnitTests.Host.Explaining;

/// <summary>What is said after the word for a recipient's fate: who decided, with which reply.</summary>
public class RecipientLinesTests
{
    private static readonly SmtpReply Refusal = SmtpReply.Create(550, 7, 1, "example.com asks\nto reject", "dmarc");

    [Fact]
    public void Enforcement_is_named_by_its_check_with_its_reply() => Assert.Equal(
        " by authentication.dmarc: enforce, with 550 5.7.1 example.com asks to reject, before the rules decided",
        RecipientLines.Decided(new TrialRecipient("a@example.com", TrialFate.Rejected, null)
        {
            DecidedBy = TrialDecider.Enforcement,
            Check = "authentication.dmarc",
            Refusal = Refusal,
        }));

    [Fact]
    public void A_quarantine_has_its_reason() => Assert.Equal(
        " by authentication.dmarc: enforce (DMARC: x asks)",
        RecipientLines.Decided(new TrialRecipient("a@example.com", TrialFate.Held, null)
        {
            DecidedBy = TrialDecider.Enforcement,
            Check = "authentication.dmarc",
            HoldReason = "DMARC: x asks",
        }));

    [Fact]
    public void The_session_is_named_with_its_reply() => Assert.Equal(
        " by the session, with 550 5.7.1 example.com asks to reject, before the rules decided",
        RecipientLines.Decided(
            new TrialRecipient("a@example.com", TrialFate.Rejected, null) { DecidedBy = TrialDecider.Reception, Refusal = Refusal }));

    [Theory]
    [InlineData(GreylistChance.Known, "has come back before")]
    [InlineData(GreylistChance.VouchedFor, "vouches for the client")]
    [InlineData(GreylistChance.TrustedClient, "trusted clients")]
    [InlineData(GreylistChance.OpenRecipient, "postmaster or abuse")]
    [InlineData(GreylistChance.NotKnown, "can't be read here")]
    public void Greylisting_says_why_nobody_waits(GreylistChance chance, string words) =>
        Assert.Contains(words, RecipientLines.Of(new GreylistForecast(chance)), StringComparison.Ordinal);

    [Fact]
    public void Greylisting_says_what_a_stranger_would_get() => Assert.StartsWith(
        "the client is a stranger and would get 550 5.7.1",
        RecipientLines.Of(new GreylistForecast(GreylistChance.Deferred) { Reply = Refusal }), StringComparison.Ordinal);
}
