using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Rules.Explaining;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Reception.Trials;

/// <summary>What would become of a mail: what its client hears, what the rules say and why, and what would be delivered.</summary>
/// <param name="Replies">In the order they were given.</param>
/// <param name="Recipients">In the order of RCPT; those that were not even asked for, because MAIL was refused, are missing.</param>
/// <param name="Verdicts">Every verdict fact by its name in rules; not known or absent where nothing looked.</param>
/// <param name="Message">Null when nothing would be kept.</param>
/// <param name="Deliveries">What would be queued or held; empty when nothing would be kept.</param>
/// <param name="Content">The octets as they would be stored, our trace field included; null when the data never came.</param>
/// <param name="Faults">What went wrong inside of the product, for the operator.</param>
public sealed record TrialOutcome(
    IReadOnlyList<TrialReply> Replies,
    IReadOnlyList<TrialRecipient> Recipients,
    IReadOnlyList<KeyValuePair<string, FactValue>> Verdicts,
    SpooledMessage? Message,
    IReadOnlyList<SpooledDelivery> Deliveries,
    MailContent? Content,
    IReadOnlyList<string> Faults);

/// <param name="Stage"><c>connect</c>, <c>ehlo</c>, <c>mail</c>, <c>rcpt</c>, <c>data</c> or <c>message</c> (the end of the data).</param>
/// <param name="Command">What the client said; empty for the banner and the message.</param>
/// <param name="Enhanced">As <c>5.7.1</c>; null where there is none.</param>
/// <param name="Text">Lines joined by a line feed.</param>
/// <param name="Reason">The word that metrics and the log use for a refusal; null for a positive reply.</param>
public sealed record TrialReply(string Stage, string Command, int Code, string? Enhanced, string Text, string? Reason);

/// <param name="Address">As the rules see it.</param>
/// <param name="Explanation">Null when the rules were not asked: the recipient was refused in front of them.</param>
public sealed record TrialRecipient(string Address, TrialFate Fate, RuleExplanation? Explanation);

public enum TrialFate
{
    Delivered,
    Held,

    /// <summary>250, and no delivery.</summary>
    Discarded,
    Rejected,
    Deferred,
}
