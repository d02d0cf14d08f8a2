using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.Hosting.Destinations;

/// <summary>
/// The resolver of configuration <c>dns</c>. A reload that changes <c>dns</c> replaces
/// it with its cache: other servers may give other answers.
/// </summary>
/// <param name="outage">Tells the operator when no server answers; null: nobody is told.</param>
internal sealed class ConfiguredResolver(DnsOptions options, TimeProvider clock, DnsMetrics? metrics = null, DnsOutage? outage = null)
    : IDnsResolver
{
    private DnsOptions _options = options;
    private DnsResolver _resolver = Create(options, clock, metrics, outage);

    /// <summary>The options in force.</summary>
    public DnsOptions Options => Volatile.Read(ref _options);

    public ValueTask<DnsAnswer> LookUpAsync(string name, DnsRecordType type, CancellationToken cancellationToken) =>
        Volatile.Read(ref _resolver).LookUpAsync(name, type, cancellationToken);

    public DnsAnswer? FindKnown(string name, DnsRecordType type) => Volatile.Read(ref _resolver).FindKnown(name, type);

    public IDnsResolver For(UInt128 client) => Volatile.Read(ref _resolver).For(client);

    public void Replace(DnsOptions next)
    {
        if (next.Servers.SequenceEqual(Options.Servers) && next with { Servers = Options.Servers } == Options)
            return;
        Volatile.Write(ref _resolver, Create(next, clock, metrics, outage));
        Volatile.Write(ref _options, next);
    }

    private static DnsResolver Create(DnsOptions options, TimeProvider clock, DnsMetrics? metrics, DnsOutage? outage) => new(
        new DnsResolverOptions
        {
            Servers = options.Servers.Count > 0 ? options.Servers : DnsResolverOptions.SystemServers(),
            Timeout = options.Timeout,
            Cache = options.Cache,
        },
        clock,
        metrics,
        outage);
}
