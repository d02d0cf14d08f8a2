using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Rules.Facts;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Reception.Transactions;

/// <summary>What somebody who tries out a mail gives in place of what session, mail and checks would say. Live mail has none.</summary>
/// <param name="ReplacesChecks">No check is asked; what is not given has found nothing.</param>
public sealed record GivenMail(IReadOnlyDictionary<Fact, FactValue> Facts, bool ReplacesChecks)
{
    /// <summary>For payloads, scripts and explanations; null where the checks are asked.</summary>
    public MailVerdicts? Verdicts { get; init; }

    /// <summary>What a check with <c>enforce</c> answers to each RCPT; null: nothing.</summary>
    public SmtpReply? RecipientRefusal { get; init; }

    /// <summary>What a check with <c>enforce</c> answers to the data; null: nothing.</summary>
    public SmtpReply? MessageRefusal { get; init; }

    /// <summary>Why a check with <c>enforce</c> holds the mail; null: it does not.</summary>
    public string? HoldReason { get; init; }

    public bool TryGet(Fact fact, out FactValue value)
    {
        if (Facts.TryGetValue(fact, out value))
            return true;
        value = fact.ValueUnlessAsked;
        return ReplacesChecks && fact.Source.Origin == FactOrigin.Check;
    }
}
