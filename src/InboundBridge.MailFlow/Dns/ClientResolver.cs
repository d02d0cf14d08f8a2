namespace InboundBridge.MailFlow.Dns;

/// <summary>A resolver for what one client causes.</summary>
internal sealed class ClientResolver(DnsResolver resolver, UInt128 client) : IDnsResolver
{
    public ValueTask<DnsAnswer> LookUpAsync(string name, DnsRecordType type, CancellationToken cancellationToken) =>
        resolver.LookUpAsync(client, name, type, cancellationToken);

    public DnsAnswer? FindKnown(string name, DnsRecordType type) => resolver.FindKnown(name, type);
}
