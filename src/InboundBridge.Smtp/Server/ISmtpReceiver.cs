using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server;

/// <summary>
/// The policy and storage behind one SMTP or LMTP session; one instance a connection, called by one session at a time and never concurrently.
/// The session has checked syntax, order, sizes and limits before it asks. An exception becomes 451 4.3.0 and is logged: unknown means temporary.
/// </summary>
public interface ISmtpReceiver : IAsyncDisposable
{
    /// <summary>Before the banner. Null: go on; a reply: say it and close.</summary>
    ValueTask<SmtpReply?> ConnectAsync(CancellationToken cancellationToken);

    /// <summary>A positive reply opens the transaction.</summary>
    ValueTask<SmtpReply> MailAsync(MailCommand mail, CancellationToken cancellationToken);

    /// <summary>A positive reply adds the recipient to the transaction.</summary>
    ValueTask<SmtpReply> RcptAsync(RcptCommand recipient, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the message. A positive reply is a promise: the message is durable. Need not read the body to its end: the session drains what is left.
    /// On an LMTP listener there is one reply for each accepted recipient, in order (RFC 2033 §4.2); elsewhere exactly one.
    /// </summary>
    ValueTask<IReadOnlyList<SmtpReply>> DataAsync(SmtpBody body, CancellationToken cancellationToken);

    /// <summary>The transaction is over or was given up (RSET, EHLO, STARTTLS, a finished DATA).</summary>
    void Reset();

    /// <summary>VRFY. Null: the server's own non-committal 252.</summary>
    ValueTask<SmtpReply?> VerifyAsync(string argument, CancellationToken cancellationToken) => ValueTask.FromResult<SmtpReply?>(null);

    /// <summary>EXPN. Null: 502.</summary>
    ValueTask<SmtpReply?> ExpandAsync(string argument, CancellationToken cancellationToken) => ValueTask.FromResult<SmtpReply?>(null);

    /// <summary>ETRN (RFC 1985). Null: 502, and ETRN is not listed.</summary>
    ValueTask<SmtpReply?> TurnQueueAsync(string argument, CancellationToken cancellationToken) => ValueTask.FromResult<SmtpReply?>(null);
}
