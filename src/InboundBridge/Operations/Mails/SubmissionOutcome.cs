using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Operations.Mails;

/// <summary>The outcome of submitting a mail.</summary>
internal abstract record SubmissionOutcome
{
    private SubmissionOutcome()
    {
    }

    /// <summary>The mail is durable for the recipients whose reply is positive.</summary>
    internal sealed record Accepted(string Id, SmtpReply Reply, IReadOnlyList<RecipientReply> Recipients) : SubmissionOutcome;

    /// <param name="Recipients">Empty when it was refused before any recipient was looked at.</param>
    internal sealed record Refused(SmtpReply Reply, IReadOnlyList<RecipientReply> Recipients) : SubmissionOutcome;

    /// <summary>The mail did not arrive within <c>smtp.limits.data_timeout</c>. Nothing was stored.</summary>
    internal sealed record TooSlow : SubmissionOutcome;
}

internal sealed record RecipientReply(SmtpAddress Recipient, SmtpReply Reply);
