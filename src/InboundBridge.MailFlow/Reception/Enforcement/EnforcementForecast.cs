using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Rules.Facts;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Reception.Enforcement;

/// <summary>What checks with <c>enforce</c> do with a mail that facts describe: the same as with a live one.</summary>
/// <param name="Check">The key of the check: <c>authentication.spf</c>.</param>
/// <param name="Stage">Where a live mail gets the reply: at RCPT, or after the data.</param>
/// <param name="Reply">Null where the mail is held.</param>
public sealed record EnforcementForecast(string Check, RuleStage Stage, SmtpReply? Reply)
{
    /// <param name="given">
    /// Facts of a mail from a client that is checked. What is not among them leaves the decision open, and counts for the mail.
    /// </param>
    /// <returns>Null: the rules decide.</returns>
    public static EnforcementForecast? Of(
        EnforcementPolicy policy, IReadOnlyDictionary<Fact, FactValue> given, IReadOnlyList<string> recipients)
    {
        if (recipients.All(SenderEnforcement.IsForPostmaster))
            return null;
        var verdicts = VerdictsOf(given);
        var early = (policy.Iprev.Refuses ? SenderEnforcement.Of(verdicts.Iprev, policy.Iprev, "the client") : null)
            ?? (policy.Spf.Refuses ? SenderEnforcement.Of(verdicts.Spf, policy.Spf, "the client") : null);
        if (early is not null)
            return new EnforcementForecast(EnforcementReplies.CheckOf(early.Reason)!, RuleStage.Recipient, early);
        if (SenderEnforcement.Of(verdicts, policy) is { } late)
            return new EnforcementForecast(EnforcementReplies.CheckOf(late.Reason)!, RuleStage.Body, late);
        return policy.Dmarc.Refuses && SenderEnforcement.Fails(verdicts, "quarantine")
            ? new EnforcementForecast("authentication.dmarc", RuleStage.Body, null) : null;
    }

    private static MailVerdicts VerdictsOf(IReadOnlyDictionary<Fact, FactValue> given)
    {
        var verdict = given.TextOf(Fact.Verdict);
        // The verdict is fail only where DMARC fails.
        var dmarc = ResultOf(Fact.Dmarc, given) ?? (verdict == "fail" ? CheckResult.Fail : CheckResult.None);
        return new MailVerdicts
        {
            Iprev = new IprevVerdict(
                given.TryGetValue(Fact.ClientName, out var name) && name.Shape == FactShape.Absent ? CheckResult.Fail : CheckResult.Pass),
            Spf = new SpfVerdict(ResultOf(Fact.Spf, given) ?? CheckResult.None)
            {
                Domain = given.TextOf(Fact.SenderDomain) ?? string.Empty,
                Explanation = given.TextOf(Fact.SpfExplanation),
            },
            Dkim = ResultOf(Fact.Dkim, given) switch
            {
                null => [new DkimVerdict(CheckResult.Pass)],
                CheckResult.None => [],
                { } result => [new DkimVerdict(result)],
            },
            Dmarc = new DmarcVerdict(dmarc)
            {
                Policy = given.TextOf(Fact.DmarcPolicy),
                IsAuthorUnknown = dmarc == CheckResult.PermError,
            },
            Verdict = verdict == "forwarded" ? SenderVerdict.Forwarded : SenderVerdict.None,
        };
    }

    private static CheckResult? ResultOf(Fact fact, IReadOnlyDictionary<Fact, FactValue> given) =>
        given.TextOf(fact) is { } word ? CheckResultText.Read(word) : null;
}
