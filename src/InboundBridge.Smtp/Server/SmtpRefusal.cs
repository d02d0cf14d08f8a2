using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server;

/// <summary>A negative reply and what it answers, for the log.</summary>
/// <param name="Verb"><see cref="SmtpVerb.Unknown"/> before the first command.</param>
/// <param name="Reply">Its cause is in <see cref="SmtpReply.LogDetail"/>.</param>
public sealed record SmtpRefusal(SmtpVerb Verb, SmtpReply Reply)
{
    /// <summary>The reverse-path; empty for the null reverse-path, null where no transaction is open.</summary>
    public string? Sender { get; init; }

    /// <summary>
    /// The recipient that is refused; for a whole message its accepted recipients, separated by commas. Null where there is none.
    /// </summary>
    public string? Recipients { get; init; }
}
