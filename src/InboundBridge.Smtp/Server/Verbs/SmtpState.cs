namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>How far a session has come.</summary>
internal enum SmtpState
{
    /// <summary>We sent the greeting; EHLO has not come yet.</summary>
    Connected,

    /// <summary>EHLO has come; no transaction is open.</summary>
    Ready,

    /// <summary>MAIL was accepted; no RCPT has come yet.</summary>
    Mail,

    /// <summary>Every RCPT so far was refused.</summary>
    AllRefused,

    /// <summary>At least one RCPT was accepted.</summary>
    Recipients,

    /// <summary>Between the chunks of a message (BDAT).</summary>
    Chunks,

    /// <summary>A chunk was refused; only RSET and verbs that end the transaction may follow (RFC 3030 §2).</summary>
    ChunksFailed,
}
