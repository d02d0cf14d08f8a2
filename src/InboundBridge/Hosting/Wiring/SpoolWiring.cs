using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres;
using StoredLinkKey = InboundBridge.MailFlow.Spool.Sealing.LinkKey;

namespace InboundBridge.Hosting.Wiring;

/// <summary>The spool, and the key of signed links beside it.</summary>
internal sealed class SpoolWiring : IAsyncDisposable
{
    private SpoolWiring(IMailSpool spool, byte[] linkKey) => (Spool, LinkKey) = (spool, linkKey);

    public IMailSpool Spool { get; }

    public byte[] LinkKey { get; }

    /// <summary>Opens the embedded spool, or the shared one; for the database of that it waits.</summary>
    /// <exception cref="IOException">The spool or the key can't be used.</exception>
    public static async Task<SpoolWiring> OpenAsync(
        ApplianceOptions options, MetricsWiring metrics, ILoggerFactory logs, TimeProvider clock, CancellationToken cancellationToken)
    {
        var log = logs.CreateLogger<SpoolOptions>();
        if (options.SharedSpool is { } shared)
        {
            var opened = await PostgresSpoolStart.WhenThereAsync(
                options.Spool, shared, clock, log, metrics.Registry, cancellationToken);
            return new SpoolWiring(opened, opened.LinkKey);
        }
        var spool = await WaitingSpool.OpenAsync(options.Spool, clock, log, metrics.Registry, cancellationToken);
        try
        {
            return new SpoolWiring(spool, StoredLinkKey.ReadOrMake(options.Spool.Path, log));
        }
        catch
        {
            await spool.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Spool.DisposeAsync();
}
