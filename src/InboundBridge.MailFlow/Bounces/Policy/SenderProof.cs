namespace InboundBridge.MailFlow.Bounces.Policy;

/// <summary>What confirms the sender of a mail.</summary>
internal enum SenderProof
{
    /// <summary>Nothing: a bounce could go to a person whose address was forged.</summary>
    None,

    /// <summary>
    /// A DKIM signature of the domain. It is over the mail and not over the envelope: anybody who has the mail can send it again with
    /// another sender of the domain, to other recipients (RFC 6376 §8.6).
    /// </summary>
    Signature,

    /// <summary>A login, a trusted client, or SPF, which are about the connection that brought the mail.</summary>
    Connection,
}
