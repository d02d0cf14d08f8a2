using InboundBridge.MailFlow.Reception.Enforcement;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Rules.Explaining;
using InboundBridge.Rules.Facts;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Reception.Trials;

/// <summary>The result of a trial: the replies to the client, the decisions of the rules with their reasons, and the deliveries.</summary>
/// <param name="Replies">All replies, in order.</param>
/// <param name="Recipients">In the order of RCPT; empty where MAIL was refused.</param>
/// <param name="Verdicts">What the checks of the sender said, as far as they were asked.</param>
/// <param name="Message">Null when nothing would be stored.</param>
/// <param name="Deliveries">What would be queued or held; empty when nothing would be stored.</param>
/// <param name="Content">The octets as they would be stored, our trace field included; null when there was no data.</param>
/// <param name="Faults">Internal errors, for the operator.</param>
public sealed record TrialOutcome(
    IReadOnlyList<TrialReply> Replies,
    IReadOnlyList<TrialRecipient> Recipients,
    MailVerdicts Verdicts,
    SpooledMessage? Message,
    IReadOnlyList<SpooledDelivery> Deliveries,
    MailContent? Content,
    IReadOnlyList<string> Faults)
{
    /// <summary>The client is in <c>smtp.trusted</c>, so that its mail is not checked.</summary>
    public bool ClientIsTrusted { get; init; }

    /// <summary>The configuration checks mail of clients that it does not trust.</summary>
    public bool ChecksSenders { get; init; }
}

/// <param name="Stage"><c>connect</c>, <c>ehlo</c>, <c>mail</c>, <c>rcpt</c>, <c>data</c> or <c>message</c> (the end of the data).</param>
/// <param name="Command">The command that is answered; empty for the banner and the message.</param>
/// <param name="Enhanced">As <c>5.7.1</c>; null where there is none.</param>
/// <param name="Text">Lines joined by a line feed.</param>
/// <param name="Reason">The reason of a refusal in metrics and log; null for a positive reply.</param>
public sealed record TrialReply(string Stage, string Command, int Code, string? Enhanced, string Text, string? Reason);

/// <param name="Address">The address as rules see it.</param>
/// <param name="Explanation">
/// Null when the recipient was refused before the rules decided; where enforcement holds the mail, what the rules decided before.
/// </param>
public sealed record TrialRecipient(string Address, TrialFate Fate, RuleExplanation? Explanation)
{
    public TrialDecider DecidedBy { get; init; }

    /// <summary>What was known of the mail in the end; null where the rules did not decide.</summary>
    public MessageFacts? Facts { get; init; }

    /// <summary>The last stage that the mail reached.</summary>
    public RuleStage LastStage { get; init; }

    /// <summary>The check whose <c>enforce</c> decided, as <c>authentication.dmarc</c>; null where something else did.</summary>
    public string? Check { get; init; }

    /// <summary>The refusal, as the client sees it; null where the recipient is not refused.</summary>
    public SmtpReply? Refusal { get; init; }

    /// <summary>Why enforcement holds the mail; null where it does not.</summary>
    public string? HoldReason { get; init; }

    /// <summary>
    /// What greylisting would say now; the trial goes on as if the client had come back. Null where it is off or not asked.
    /// </summary>
    public GreylistForecast? Greylisting { get; init; }
}

/// <summary>Who decided what becomes of a recipient.</summary>
public enum TrialDecider
{
    /// <summary>The rules, or <c>rules.default</c>.</summary>
    Rules,

    /// <summary>A check of the sender with <c>enforce</c>.</summary>
    Enforcement,

    /// <summary>The session: an unknown recipient, a mail loop, a size limit, a scanner without an answer.</summary>
    Reception,
}

public enum TrialFate
{
    Delivered,
    Held,

    /// <summary>The client gets 250, and nothing is delivered.</summary>
    Discarded,
    Rejected,
    Deferred,
}
