using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.MailFlow.Spool.Sqlite.Log;
using SQLitePCL;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Log;

/// <summary>Where the log is cut after a failed sync: behind what was durable, and nowhere while that is unknown.</summary>
public sealed class SyncedLogTests : IDisposable
{
    private const int PageSize = 4096;

    private readonly CutFile _file = new();
    private readonly SyncedLog _log;

    public SyncedLogTests() => _log = new SyncedLog(_file, PageSize);

    [Fact]
    public void Commits_behind_the_last_sync_are_cut_off()
    {
        _log.Sync(5);
        _file.SyncFails = true;
        Assert.Throws<SqliteFault>(() => _log.Sync(9));
        _log.CutBack();
        // The header of the log, and for each frame its header and a page.
        Assert.Equal([32 + (5 * (24 + PageSize))], _file.Cuts);
        Assert.Equal(2, _file.Syncs);
    }

    [Fact]
    public void A_log_whose_commits_are_all_in_the_database_is_emptied()
    {
        _log.Sync(5);
        _log.Moved(new LogMove(raw.SQLITE_OK, IsComplete: true));
        _log.CutBack();
        Assert.Equal([0], _file.Cuts);
    }

    [Fact]
    public void A_checkpoint_that_readers_held_up_changes_nothing()
    {
        _log.Sync(1);
        _log.Moved(new LogMove(raw.SQLITE_OK, IsComplete: false));
        _log.CutBack();
        Assert.Equal([32 + 24 + PageSize], _file.Cuts);
    }

    [Fact]
    public void After_a_failed_checkpoint_nothing_is_cut_before_the_next_sync()
    {
        _log.Sync(5);
        _log.Moved(new LogMove(raw.SQLITE_IOERR, IsComplete: false));
        _log.CutBack();
        Assert.Empty(_file.Cuts);
        _log.Sync(1);
        _log.CutBack();
        Assert.Equal([32 + 24 + PageSize], _file.Cuts);
    }

    [Fact]
    public void A_log_with_commits_of_an_earlier_process_is_not_cut_before_the_first_sync()
    {
        using var log = new SyncedLog(_file, PageSize, isEmpty: false);
        log.CutBack();
        Assert.Empty(_file.Cuts);
    }

    public void Dispose() => _log.Dispose();

    private sealed class CutFile : ILogFile
    {
        public bool SyncFails { get; set; }

        public int Syncs { get; private set; }

        public List<long> Cuts { get; } = [];

        public void Sync()
        {
            Syncs++;
            if (SyncFails)
                throw new SqliteFault(raw.SQLITE_IOERR_FSYNC, "disk I/O error", "sync of the log");
        }

        public void Cut(long length) => Cuts.Add(length);

        public void Dispose()
        {
        }
    }
}
