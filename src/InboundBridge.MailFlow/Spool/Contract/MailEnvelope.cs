using InboundBridge.MailFlow.Spool.Contract.Notices;

namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>The envelope and the connection of one accepted message, as stored. Sender is empty for the null reverse-path.</summary>
public sealed record MailEnvelope
{
    public required string Sender { get; init; }

    /// <summary>Every accepted recipient in the order of RCPT, canonical form.</summary>
    public required IReadOnlyList<MailRecipient> Recipients { get; init; }

    public string? Helo { get; init; }

    public string? ClientIp { get; init; }

    public string? ClientName { get; init; }

    public string? TlsVersion { get; init; }

    public string? TlsCipher { get; init; }

    /// <summary>Subject of the client's verified certificate.</summary>
    public string? ClientCertificate { get; init; }

    public string? User { get; init; }

    public bool SmtpUtf8 { get; init; }

    /// <summary><c>7BIT</c>, <c>8BITMIME</c> or <c>BINARYMIME</c>.</summary>
    public string Body { get; init; } = "7BIT";

    /// <summary>RFC 3461 RET: <c>FULL</c>, <c>HDRS</c> or null.</summary>
    public string? DsnReturn { get; init; }

    /// <summary>RFC 3461 ENVID, decoded.</summary>
    public string? DsnEnvelopeId { get; init; }

    public bool RequireTls { get; init; }

    public string? Listener { get; init; }

    /// <summary>The client was in <c>smtp.trusted</c>.</summary>
    public bool Trusted { get; init; }

    /// <summary>The W3C <c>traceparent</c> under which the mail came; null where it is not traced.</summary>
    public string? Trace { get; init; }

    /// <summary>Set for a mail of our own that tells the operators something; no peer can set it.</summary>
    public MailNotice? Notice { get; init; }

    /// <summary>
    /// What the session refused in this transaction; all else it accepted, with the usual replies. Null: nobody knows, since an earlier
    /// version received the message, or no session did.
    /// </summary>
    public IReadOnlyList<SessionRefusal>? Refusals { get; init; }

    /// <summary>Refusals beyond the first ones, which are in <see cref="Refusals"/>.</summary>
    public int MoreRefusals { get; init; }
}

/// <summary>What the session of an accepted message refused: a recipient at RCPT, or on LMTP at the end of the data.</summary>
/// <param name="Command"><c>RCPT</c> or <c>DATA</c>.</param>
/// <param name="Recipient">Null where the command held none that could be read.</param>
/// <param name="Text">The text that the client got; <c>\n</c> separates lines.</param>
/// <param name="Reason">The word of docs/smtp.md, such as <c>unknown_recipient</c>.</param>
/// <param name="Rule">The rule that decided; null where none did.</param>
public sealed record SessionRefusal(
    string Command, string? Recipient, int Code, string? Enhanced, string Text, string? Reason, string? Rule);
