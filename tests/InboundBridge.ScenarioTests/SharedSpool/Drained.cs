using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool;

/// <summary>
/// Waits for an empty queue of a shared spool. Claims whose owner is dead, or whose commit had no answer, expire after 30 seconds by the
/// database's clock; so once nothing moves any more, that clock is put forward instead of waiting for it.
/// </summary>
internal static class Drained
{
    private const int LeaseSeconds = 31;

    /// <summary>Live nodes deliver in far less.</summary>
    private static readonly TimeSpan Still = TimeSpan.FromSeconds(3);

    public static async Task WaitAsync(Postgres postgres, Func<string> log, double seconds = 120)
    {
        var (open, since, isForward) = ("", Deadline.In(Still), false);
        await Deadline.InSeconds(seconds).UntilAsync(
            async () =>
            {
                var now = string.Join(' ', await postgres.ReadAsync("SELECT id FROM deliveries WHERE state < 2 ORDER BY id"));
                if (now != open)
                    (open, since) = (now, Deadline.In(Still));
                if (now.Length > 0 && since.Left <= TimeSpan.Zero && !isForward)
                {
                    await postgres.PutForwardAsync(LeaseSeconds);
                    isForward = true;
                }
                return now.Length == 0;
            },
            "an empty queue", log);
    }
}
