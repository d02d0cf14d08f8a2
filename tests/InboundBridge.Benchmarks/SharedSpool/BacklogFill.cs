using System.Diagnostics;
using InboundBridge.Benchmarks.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.Benchmarks.SharedSpool;

/// <summary>Stores a backlog by the store's own group commit, which takes minutes instead of the half hour that SMTP would take.</summary>
internal static class BacklogFill
{
    private const int AtOnce = 1000;

    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(SharedSpoolOptions options, string connectionText, int backlog, CancellationToken cancellation)
    {
        await using var spool = await PostgresSpoolStart.OpenAsync(
            new SpoolOptions { Path = Path.Combine(options.Folder, "fill"), MinimumFree = 0 }, PostgresSettings.Read(connectionText),
            new PostgresInternals(), TimeProvider.System, NullLogger.Instance, cancellation);
        var (started, left) = (Stopwatch.GetTimestamp(), backlog);
        var acceptors = new Acceptors(TimeProvider.System);
        while (left > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            var figures = await acceptors.RunAsync(spool, AtOnce, Slice, "dead", async (staged, message, deliveries) =>
            {
                if (Interlocked.Decrement(ref left) >= 0)
                    await spool.CommitAsync(staged, message, deliveries, NewClaims.None, cancellation);
            });
            Console.WriteLine($"backlog  {backlog - Math.Max(0, left):N0} of {backlog:N0}, {figures.PerSecond:N0}/s");
        }
        Console.WriteLine($"backlog  filled in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
    }
}
