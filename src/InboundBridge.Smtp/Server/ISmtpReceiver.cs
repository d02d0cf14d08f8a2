using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server;

/// <summary>
/// The policy and storage behind one SMTP or LMTP session. Each connection has an instance of its own, which is never called concurrently.
/// The session checks syntax, order, sizes and limits before it calls. An exception becomes 451 4.3.0 and is logged, because an unknown
/// cause means a temporary failure.
/// </summary>
public interface ISmtpReceiver : IAsyncDisposable
{
    /// <summary>Called before the banner. Null to go on; a reply is sent, and the connection closes.</summary>
    ValueTask<SmtpReply?> ConnectAsync(CancellationToken cancellationToken);

    /// <summary>A positive reply opens the transaction.</summary>
    ValueTask<SmtpReply> MailAsync(MailCommand mail, CancellationToken cancellationToken);

    /// <summary>A positive reply adds the recipient to the transaction.</summary>
    ValueTask<SmtpReply> RcptAsync(RcptCommand recipient, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the message. A positive reply promises that the message is durable. The receiver need not read the body to its end; the
    /// session discards the rest. Returns one reply, or on an LMTP listener one for each accepted recipient in their order (RFC 2033 §4.2).
    /// </summary>
    ValueTask<IReadOnlyList<SmtpReply>> DataAsync(SmtpBody body, CancellationToken cancellationToken);

    /// <summary>The client was refused a recipient, by the receiver or by the session itself. Must be quick and must not throw.</summary>
    void Refused(SmtpRefusal refusal)
    {
    }

    /// <summary>The transaction has ended or was given up (RSET, EHLO, STARTTLS, the end of a message).</summary>
    void Reset();

    /// <summary>Answers VRFY; null for the server's own non-committal 252.</summary>
    ValueTask<SmtpReply?> VerifyAsync(string argument, CancellationToken cancellationToken) => ValueTask.FromResult<SmtpReply?>(null);

    /// <summary>Answers EXPN; null for 502.</summary>
    ValueTask<SmtpReply?> ExpandAsync(string argument, CancellationToken cancellationToken) => ValueTask.FromResult<SmtpReply?>(null);

    /// <summary>Answers ATRN (RFC 2645) of an authenticated user; null for 502.</summary>
    /// <param name="domains">In canonical form; none: all that the user may collect.</param>
    ValueTask<SmtpTurnAnswer?> TurnConnectionAsync(IReadOnlyList<string> domains, CancellationToken cancellationToken) =>
        ValueTask.FromResult<SmtpTurnAnswer?>(null);

    /// <summary>Answers ETRN (RFC 1985); null for 502.</summary>
    ValueTask<SmtpReply?> TurnQueueAsync(string argument, CancellationToken cancellationToken) => ValueTask.FromResult<SmtpReply?>(null);
}
