using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using StoredLinkKey = InboundBridge.MailFlow.Spool.Sealing.LinkKey;

namespace InboundBridge.Hosting.Wiring;

/// <summary>The spool, and the keys that are kept with it.</summary>
internal sealed class SpoolWiring : IAsyncDisposable
{
    private SpoolWiring(IMailSpool spool, SpoolKeys keys) => (Spool, Keys) = (spool, keys);

    public IMailSpool Spool { get; }

    public SpoolKeys Keys { get; }

    /// <summary>Opens the embedded spool, or the shared one. What can't be opened yet may be opened later by itself.</summary>
    /// <exception cref="IOException">The spool or the key can't be used.</exception>
    public static async Task<SpoolWiring> OpenAsync(
        ApplianceOptions options, MetricsWiring metrics, ILoggerFactory logs, TimeProvider clock, CancellationToken cancellationToken)
    {
        var log = logs.CreateLogger<SpoolOptions>();
        var keys = new SpoolKeys();
        if (options.SharedSpool is { } shared)
        {
            return new SpoolWiring(
                await WaitingSpool.OpenSharedAsync(options.Spool, shared, clock, log, metrics.Registry, keys.Are, cancellationToken), keys);
        }
        var spool = await WaitingSpool.OpenAsync(options.Spool, clock, log, metrics.Registry, cancellationToken);
        try
        {
            keys.Are(StoredLinkKey.ReadOrMake(options.Spool.Path, log));
            return new SpoolWiring(spool, keys);
        }
        catch
        {
            await spool.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Spool.DisposeAsync();
}
