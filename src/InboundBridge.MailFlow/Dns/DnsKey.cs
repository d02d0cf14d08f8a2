namespace InboundBridge.MailFlow.Dns;

/// <summary>A question.</summary>
/// <param name="Name">In lower case, without the last dot.</param>
internal readonly record struct DnsKey(string Name, DnsRecordType Type)
{
    /// <summary>Allocates nothing when the name is in lower case.</summary>
    public static DnsKey Of(string name, DnsRecordType type) => new(DnsName.Trim(name).ToLowerInvariant(), type);
}
