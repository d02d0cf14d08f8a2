namespace InboundBridge.Rules.Facts;

/// <summary>What a rule may ask about a message, apart from the recipient, header fields, vars, tags, time and samples, which the evaluator answers itself.</summary>
public enum Fact
{
    // connection
    ClientIp,
    ClientName,
    Helo,

    /// <summary>Absent without TLS, else the version as text (<c>TLSv1.3</c>).</summary>
    Tls,

    /// <summary>Subject of the client's verified certificate.</summary>
    ClientCertificate,
    Listener,
    User,

    // envelope
    Sender,
    SenderDomain,

    /// <summary>Octets: the declared size at RCPT when there is one, the counted size after the data.</summary>
    Size,

    // verdicts
    Spf,
    Dkim,
    Dmarc,
    Arc,
    Dnsbl,
    SpamScore,
    SpamAction,
    Virus,
    DkimDomain,

    // header
    From,
    To,
    Cc,
    ReplyTo,
    Subject,
    Date,
    MessageId,
    ListId,

    // kind and body
    Kind,
    Text,
    Html,
    Attachments,
}
