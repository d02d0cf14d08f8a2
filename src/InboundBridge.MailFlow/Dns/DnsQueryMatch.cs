namespace InboundBridge.MailFlow.Dns;

/// <summary>Whether a packet answers a query.</summary>
internal enum DnsQueryMatch
{
    /// <summary>Another id, another question, or no answer at all.</summary>
    None,

    /// <summary>The letters of the name have another case than in the query.</summary>
    OtherCase,
    Exact,
}
