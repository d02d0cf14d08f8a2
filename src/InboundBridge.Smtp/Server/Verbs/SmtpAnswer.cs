using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>What a verb's handler leaves for the session loop to write: one reply, one for each recipient (LMTP), or none because it was written on the way.</summary>
internal readonly record struct SmtpAnswer(SmtpReply? Reply, IReadOnlyList<SmtpReply>? Each, SmtpConnectionOutcome? HangUp)
{
    /// <summary>The handler wrote its own (STARTTLS).</summary>
    public static SmtpAnswer Written => default;

    /// <summary>There is nobody left to answer.</summary>
    public static SmtpAnswer Leave(SmtpConnectionOutcome outcome) => new(null, null, outcome);

    public static implicit operator SmtpAnswer(SmtpReply reply) => new(reply, null, null);

    public static SmtpAnswer From(IReadOnlyList<SmtpReply> replies) => new(null, replies, null);
}
