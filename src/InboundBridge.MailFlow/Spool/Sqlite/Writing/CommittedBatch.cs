namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>A transaction that SQLite has committed and that has yet to be synced.</summary>
/// <param name="Started">When COMMIT began, in ticks of the clock.</param>
/// <param name="LogPages">Pages that the log holds after it.</param>
internal sealed record CommittedBatch(List<SpoolWrite> Writes, long Started, int LogPages)
{
    /// <summary>When the oldest of its writes was enqueued, in ticks of the clock.</summary>
    public long Oldest => Writes[0].Enqueued;
}
