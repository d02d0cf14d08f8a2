namespace InboundBridge.MailFlow.Spool.Sqlite.Engine;

/// <summary>What became of moving the log into the database.</summary>
/// <param name="Code">SQLite's: a log that could not be moved goes on growing, and nothing else is wrong with it.</param>
/// <param name="IsComplete">Nothing in the log is needed any more.</param>
internal readonly record struct LogMove(int Code, bool IsComplete)
{
    public bool HasFailed => Code != SQLitePCL.raw.SQLITE_OK;
}
