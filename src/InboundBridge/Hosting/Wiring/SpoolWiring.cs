using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using StoredLinkKey = InboundBridge.Hosting.Destinations.LinkKey;

namespace InboundBridge.Hosting.Wiring;

/// <summary>The parts on disk: the spool, and the key of signed links beside it.</summary>
internal sealed class SpoolWiring : IAsyncDisposable
{
    private SpoolWiring(IMailSpool spool, byte[] linkKey) => (Spool, LinkKey) = (spool, linkKey);

    public IMailSpool Spool { get; }

    public byte[] LinkKey { get; }

    /// <exception cref="IOException">The spool or the key can't be used.</exception>
    public static async Task<SpoolWiring> OpenAsync(
        SpoolOptions options, MetricsWiring metrics, ILoggerFactory logs, TimeProvider clock, CancellationToken cancellationToken)
    {
        var log = logs.CreateLogger<SpoolOptions>();
        var spool = await WaitingSpool.OpenAsync(options, clock, log, metrics.Registry, cancellationToken);
        try
        {
            return new SpoolWiring(spool, StoredLinkKey.ReadOrMake(options.Path, log));
        }
        catch
        {
            await spool.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Spool.DisposeAsync();
}
