namespace InboundBridge.MailFlow.Spool.Sqlite.Engine;

/// <summary>The result of a checkpoint, which moves pages from the log into the database.</summary>
/// <param name="Code">SQLite's result code. After a failure the log keeps growing, and nothing is lost.</param>
/// <param name="IsComplete">Every page of the log is in the database, so that nothing needs the log any more.</param>
internal readonly record struct LogMove(int Code, bool IsComplete)
{
    public bool HasFailed => Code != SQLitePCL.raw.SQLITE_OK;
}
