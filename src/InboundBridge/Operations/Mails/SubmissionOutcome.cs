using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Operations.Mails;

/// <summary>What became of a submitted mail.</summary>
internal abstract record SubmissionOutcome
{
    private SubmissionOutcome()
    {
    }

    /// <summary>It is durable, for those recipients whose reply is positive.</summary>
    internal sealed record Accepted(string Id, SmtpReply Reply, IReadOnlyList<RecipientReply> Recipients) : SubmissionOutcome;

    /// <param name="Recipients">Empty when it was refused before any recipient was looked at.</param>
    internal sealed record Refused(SmtpReply Reply, IReadOnlyList<RecipientReply> Recipients) : SubmissionOutcome;

    /// <summary>It did not arrive within <c>smtp.limits.data_timeout</c>. Nothing was kept.</summary>
    internal sealed record TooSlow : SubmissionOutcome;
}

internal sealed record RecipientReply(SmtpAddress Recipient, SmtpReply Reply);
