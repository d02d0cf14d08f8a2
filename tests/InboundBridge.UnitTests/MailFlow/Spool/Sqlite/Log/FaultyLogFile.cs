using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.MailFlow.Spool.Sqlite.Log;
using InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Engine;
using SQLitePCL;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Log;

/// <summary>SQLite's log on a disk with faults, as the product syncs and cuts it.</summary>
internal sealed class FaultyLogFile(FaultyDatabaseDisk disk, string path) : ILogFile
{
    private readonly LogFile _real = LogFile.Open(path);

    private FaultyFile File => disk.Open(Path.GetFileName(path));

    public void Sync() => Check(File.Sync());

    public void Cut(long length)
    {
        Check(File.Truncate(length));
        _real.Cut(length);
        Check(File.Sync());
    }

    public void Dispose() => _real.Dispose();

    private static void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw new SqliteFault(code, "disk I/O error", "sync of the log");
    }
}
