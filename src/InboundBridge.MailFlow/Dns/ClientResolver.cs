namespace InboundBridge.MailFlow.Dns;

/// <summary>A resolver for what one client causes.</summary>
internal sealed class ClientResolver(DnsResolver resolver, DnsAsker asker) : IDnsResolver
{
    public IDnsResolver Urgent => asker.IsUrgent ? this : new ClientResolver(resolver, asker with { IsUrgent = true });

    public ValueTask<DnsAnswer> LookUpAsync(string name, DnsRecordType type, CancellationToken cancellationToken) =>
        resolver.LookUpAsync(asker, name, type, cancellationToken);

    public DnsAnswer? FindKnown(string name, DnsRecordType type) => resolver.FindKnown(name, type);
}
