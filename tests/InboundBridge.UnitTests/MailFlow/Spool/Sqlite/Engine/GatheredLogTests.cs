using InboundBridge.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Engine;

/// <summary>
/// A COMMIT that writes its pages to the log in large pieces leaves what SQLite's own writes would have left, whatever fails.
/// </summary>
public sealed class GatheredLogTests : IDisposable
{
    private const string Log = "spool.db-wal";

    private readonly SpoolFolder _folder = new();
    private readonly FaultyDatabaseDisk _disk;
    private readonly SqliteDatabase _database;
    private readonly SqliteDatabase _reader;
    private readonly SqliteStatement _commit;
    private int _writes;

    public GatheredLogTests()
    {
        _disk = new FaultyDatabaseDisk(_folder.Path) { Fails = Count };
        _database = Open(_folder, FaultyVfs.Name);
        _reader = Open(_folder, FaultyVfs.Name);
        _commit = _database.Prepare("COMMIT");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(28, 1)]
    [InlineData(500, 18)]
    public void The_pages_of_a_commit_reach_the_log_in_few_writes(int pages, int most)
    {
        Insert(0, 1);
        _database.Commit(_commit);
        Insert(1, pages);
        _writes = 0;
        _database.Commit(_commit);
        Assert.InRange(_writes, 1, most);
        Assert.Equal(pages + 1, _reader.ReadNumber("SELECT count(*) FROM rows"));

        Insert(1 + pages, pages);
        _writes = 0;
        _database.Execute("COMMIT");
        Assert.True(_writes >= 2 * pages, "SQLite itself writes no page on its own any more, and need not be helped");
    }

    [Fact]
    public void Every_commit_can_be_read_by_others_and_survives_the_process_at_once()
    {
        for (var count = 1; count <= 60; count++)
        {
            Insert(count, 1);
            _database.Commit(_commit);
            Assert.Equal(count, _reader.ReadNumber("SELECT count(*) FROM rows"));
            using var copy = _folder.Copy();
            using var recovered = Open(copy);
            Assert.Equal(count, recovered.ReadNumber("SELECT count(*) FROM rows"));
        }
    }

    /// <summary>Each write of a COMMIT fails in turn, and no later one does.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(200, 7)]
    public void A_write_that_fails_undoes_the_commit_and_the_next_one_is_whole(int pages, int writes)
    {
        Insert(0, 50);
        _database.Commit(_commit);
        for (var failing = 1; failing <= writes; failing++)
        {
            Insert(1000, pages);
            var left = failing;
            _disk.Fails = (name, _) => name == Log && --left == 0;
            Assert.Throws<SqliteFault>(() => _database.Commit(_commit));
            _disk.Fails = Count;
            RollBack();
            CheckWhole();
            Insert(100 + failing, 1);
            _database.Commit(_commit);
            Assert.Equal(50 + failing, _reader.ReadNumber("SELECT count(*) FROM rows"));
            CheckWhole();
        }
    }

    /// <summary>
    /// Little memory, so that pages go to the log in the middle of a transaction, some of them twice; logs that start
    /// over and are cut; and optionally a disk that fails a write now and then. A second database gets the same
    /// changes through SQLite's own writes on a disk that works.
    /// </summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 2)]
    [InlineData(4, 2)]
    public void Whatever_is_written_all_read_what_SQLites_own_writes_leave(int seed, int faultEvery)
    {
        using var other = new SpoolFolder();
        using var plain = Open(other);
        var chance = new Random(seed);
        var (committed, failed) = (0, 0);
        for (var round = 0; round < 32; round++)
        {
            plain.Execute("BEGIN IMMEDIATE");
            var failing = faultEvery > 0 && chance.Next(faultEvery) == 0 ? chance.Next(1, 60) : 0;
            _disk.Fails = (name, _) => name == Log && --failing == 0;
            try
            {
                _database.Execute("BEGIN IMMEDIATE");
                ChangeBoth(plain, chance);
                _database.Commit(_commit);
                plain.Execute("COMMIT");
                committed++;
            }
            catch (SqliteFault)
            {
                _disk.Fails = Count;
                RollBack();
                plain.Execute("ROLLBACK");
                failed++;
            }
            _disk.Fails = Count;
            var expected = Rows(plain);
            Assert.Equal(expected, Rows(_reader));
            Assert.Equal(expected, Rows(_database));
            if (round % 8 == 0)
                Assert.Equal(expected, RowsAfterCrash());
        }
        CheckWhole();
        Assert.True(committed > 5);
        Assert.Equal(faultEvery > 0, failed > 0);
    }

    public void Dispose()
    {
        _database.Dispose();
        _reader.Dispose();
        _disk.Dispose();
        _folder.Dispose();
    }

    private static SqliteDatabase Open(SpoolFolder folder, string? vfs = null)
    {
        var database = SqliteDatabase.Open(Path.Combine(folder.Path, "spool.db"), readOnly: false, vfs);
        database.Execute(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = 30; PRAGMA wal_autocheckpoint = 120; " +
            "PRAGMA journal_size_limit = 200000; CREATE TABLE IF NOT EXISTS rows(id INTEGER PRIMARY KEY, text TEXT); CREATE INDEX IF NOT EXISTS texts ON rows(text)");
        return database;
    }

    private static List<string> Rows(SqliteDatabase database)
    {
        var rows = new List<string>();
        using var query = database.Prepare("SELECT id, text FROM rows ORDER BY text, id");
        while (query.Step())
            rows.Add($"{query.Number(0)} {query.Text(1)}");
        return rows;
    }

    private bool Count(string name, FaultyOperation operation)
    {
        if (name == Log && operation == FaultyOperation.Write)
            _writes++;
        return false;
    }

    /// <summary>Begins a transaction with rows of one page each, for which memory and log have room.</summary>
    private void Insert(int first, int count)
    {
        _database.Execute("PRAGMA cache_size = 4000; PRAGMA wal_autocheckpoint = 0; BEGIN IMMEDIATE; DROP INDEX IF EXISTS texts");
        for (var id = first; id < first + count; id++)
            _database.Execute($"INSERT INTO rows VALUES({id}, '{new string('x', 3900)}')");
    }

    private void ChangeBoth(SqliteDatabase plain, Random chance)
    {
        for (var count = chance.Next(1, 60); count > 0; count--)
        {
            var id = chance.Next(300);
            var change = chance.Next(5) == 0
                ? $"DELETE FROM rows WHERE id BETWEEN {id} AND {id + 3}"
                : $"INSERT OR REPLACE INTO rows VALUES({id}, '{new string((char)('a' + chance.Next(26)), chance.Next(1, 3000))}')";
            _database.Execute(change);
            plain.Execute(change);
        }
        // Pages that are in the log already are read from there.
        if (chance.Next(4) == 0)
            Assert.Equal(Rows(plain), Rows(_database));
    }

    private List<string> RowsAfterCrash()
    {
        using var copy = _folder.Copy();
        using var recovered = Open(copy);
        return Rows(recovered);
    }

    private void RollBack()
    {
        try
        {
            _database.Execute("ROLLBACK");
        }
        catch (SqliteFault fault) when (fault.Code == SQLitePCL.raw.SQLITE_ERROR)
        {
            // SQLite has already rolled back.
        }
    }

    private void CheckWhole()
    {
        using var copy = _folder.Copy();
        using var recovered = Open(copy);
        foreach (var database in new[] { _database, _reader, recovered })
        {
            using var check = database.Prepare("PRAGMA integrity_check");
            Assert.True(check.Step());
            Assert.Equal("ok", check.Text(0));
        }
        Assert.Equal(Rows(_reader), Rows(recovered));
    }
}
