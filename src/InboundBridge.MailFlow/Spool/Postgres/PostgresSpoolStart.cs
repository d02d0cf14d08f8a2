using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Health;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool.Postgres;

/// <summary>Opens a shared spool: connects to its database, and brings that to this version's schema.</summary>
public static class PostgresSpoolStart
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Waits as long as the database can't be reached.</summary>
    /// <exception cref="SpoolRefusedException">
    /// The database does not let us in, a newer version made the spool, or another process uses the node's directory.
    /// </exception>
    public static async Task<PostgresMailSpool> WhenThereAsync(
        SpoolOptions options, PostgresSettings settings, TimeProvider clock, ILogger log, MetricRegistry metrics,
        CancellationToken cancellationToken)
    {
        var internals = new PostgresInternals { Metrics = metrics };
        for (var isLogged = false; ; isLogged = true)
        {
            try
            {
                return await OpenAsync(options, settings, internals, clock, log, cancellationToken);
            }
            catch (SpoolUnavailableException fault)
            {
                if (!isLogged)
                    PostgresLog.Waiting(log, settings.Place, fault);
                await Task.Delay(Pause, clock, cancellationToken);
            }
        }
    }

    /// <exception cref="SpoolRefusedException">As for <see cref="WhenThereAsync"/>.</exception>
    /// <exception cref="SpoolUnavailableException">The database can't be reached, or takes no writes. A later try may succeed.</exception>
    internal static async Task<PostgresMailSpool> OpenAsync(
        SpoolOptions options, PostgresSettings settings, PostgresInternals internals, TimeProvider clock, ILogger log,
        CancellationToken cancellationToken)
    {
        var folder = new NodeFolder(options.Path, clock);
        var connections = new PostgresConnections(settings);
        PostgresMailSpool? spool = null;
        try
        {
            var keys = await PostgresOpening.RunAsync(connections, settings, clock, cancellationToken);
            spool = new PostgresMailSpool(options, settings.Place, internals, folder, connections, keys, clock, log);
            await spool.StartAsync(settings.Place, cancellationToken);
            return spool;
        }
        catch
        {
            if (spool is not null)
                await spool.DisposeAsync();
            await connections.DisposeAsync();
            folder.Dispose();
            throw;
        }
    }
}
