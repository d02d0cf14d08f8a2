namespace InboundBridge.MailFlow.SenderAuthentication.Iprev;

/// <summary>The limit of one look-up of a client's name.</summary>
public sealed record IprevOptions
{
    /// <summary>How many names of an address are confirmed; further ones are ignored (RFC 8601 §2.7.3, RFC 7208 §4.6.4).</summary>
    public int MostNames { get; init; } = 10;
}
