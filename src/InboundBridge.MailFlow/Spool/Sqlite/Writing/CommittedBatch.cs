namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>A transaction that SQLite has committed, and whose sync is to come.</summary>
/// <param name="Started">When its commit began, in ticks of the clock.</param>
/// <param name="LogPages">Pages in the log with it.</param>
internal sealed record CommittedBatch(List<SpoolWrite> Writes, long Started, int LogPages)
{
    /// <summary>When the oldest of its writes was handed in, in ticks of the clock.</summary>
    public long Oldest => Writes[0].Enqueued;
}
