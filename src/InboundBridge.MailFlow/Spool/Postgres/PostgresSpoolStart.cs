using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool.Postgres;

/// <summary>Opens a shared spool: connects to its database, and brings that to this version's schema.</summary>
internal static class PostgresSpoolStart
{
    /// <exception cref="SpoolRefusedException">
    /// The database does not let us in, a newer version made the spool, or another process uses the node's directory.
    /// </exception>
    /// <exception cref="SpoolUnavailableException">The database can't be reached, or takes no writes. A later try may succeed.</exception>
    public static async Task<PostgresMailSpool> OpenAsync(
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
