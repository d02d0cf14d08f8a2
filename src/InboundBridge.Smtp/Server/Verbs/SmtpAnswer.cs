using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>
/// What the command loop writes for one command: one reply, or one for each recipient
/// (LMTP), or none when the handler has written its reply itself.
/// </summary>
internal readonly record struct SmtpAnswer(SmtpReply? Reply, IReadOnlyList<SmtpReply>? Each, SmtpConnectionOutcome? HangUp)
{
    /// <summary>The handler has written its reply itself (STARTTLS).</summary>
    public static SmtpAnswer Written => default;

    /// <summary>Closes the connection without a reply.</summary>
    public static SmtpAnswer Leave(SmtpConnectionOutcome outcome) => new(null, null, outcome);

    public static implicit operator SmtpAnswer(SmtpReply reply) => new(reply, null, null);

    public static SmtpAnswer From(IReadOnlyList<SmtpReply> replies) => new(null, replies, null);
}
