namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>At which points of a session a verb may come (RFC 5321 §4.1.4). <see cref="SmtpSessionState"/> holds the rules.</summary>
internal enum SmtpOrder
{
    /// <summary>We don't recognize the verb: 500.</summary>
    Unknown,

    /// <summary>We recognize the verb and don't implement it: 502.</summary>
    NotImplemented,

    /// <summary>EHLO and HELO; LMTP does not have them (RFC 2033 §4.1).</summary>
    SmtpHello,

    /// <summary>LHLO; only LMTP has it.</summary>
    LmtpHello,

    Anytime,

    /// <summary>After EHLO and before MAIL.</summary>
    OutsideTransaction,

    /// <summary>ATRN: after EHLO, and only on ODMR listeners.</summary>
    Turn,
    Mail,
    Rcpt,
    Data,
    Bdat,
}
