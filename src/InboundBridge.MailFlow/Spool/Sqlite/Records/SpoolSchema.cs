using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.MailFlow.Spool.Sqlite.Records;

/// <summary>
/// The tables of the embedded store, by version. A step, once released, is never edited: a new one follows it, and a data directory of every version is kept in
/// <c>tests/testdata/upgrade</c>.
/// <para>
/// <c>deliveries.seq</c> is <c>messages.seq &lt;&lt; 20 | ordinal</c>: the deliveries of a message lie side by side, and need no index to be found.
/// Times are milliseconds since 1970, UTC. <c>body</c>: 0 in <c>bodies</c>, 1 in a file of <c>bodies/</c>, 2 gone. <c>state</c> is <see cref="DeliveryState"/>.
/// </para>
/// </summary>
internal static class SpoolSchema
{
    public const int Version = 3;

    /// <summary>Bits of the ordinal within a message.</summary>
    public const int OrdinalBits = 20;

    /// <summary>"IBsp": tells that a database is a spool of ours.</summary>
    private const int ApplicationId = 0x49427370;

    private static readonly string[] Steps =
    [
        """
        CREATE TABLE messages(
          seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, received_at INTEGER NOT NULL, size INTEGER NOT NULL, sha256 BLOB NOT NULL,
          body INTEGER NOT NULL, config_version TEXT NOT NULL, subject TEXT, envelope TEXT NOT NULL, authentication TEXT);
        CREATE TABLE bodies(message INTEGER PRIMARY KEY, octets BLOB NOT NULL);
        CREATE TABLE deliveries(
          seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, destination TEXT NOT NULL, state INTEGER NOT NULL, attempts INTEGER NOT NULL,
          created_at INTEGER NOT NULL, queued_at INTEGER, next_at INTEGER NOT NULL, ended_at INTEGER, last_reply TEXT, recipients TEXT NOT NULL,
          rule TEXT, tags TEXT, vars TEXT, header_edits TEXT, options TEXT, hold_reason TEXT, replay INTEGER NOT NULL, failed_destinations TEXT);
        CREATE INDEX deliveries_due ON deliveries(destination, next_at) WHERE state < 2;
        CREATE INDEX deliveries_state ON deliveries(destination, state) WHERE state <> 2;
        CREATE TABLE attempts(
          delivery INTEGER NOT NULL, started_at INTEGER NOT NULL, number INTEGER NOT NULL, duration INTEGER NOT NULL, outcome TEXT NOT NULL, reply TEXT NOT NULL,
          PRIMARY KEY(delivery, started_at)) WITHOUT ROWID;
        CREATE TABLE tallies(destination TEXT NOT NULL, state INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY(destination, state)) WITHOUT ROWID;
        CREATE TABLE totals(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE pauses(destination TEXT PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID;
        """,
        // deliveries.options, which may hold secrets, is encrypted (OptionsSeal): SealOptions does it. The tables are the same.
        "",
        // Replies as data: last_reply and attempts.reply keep the line that people read. version counts the changes to a delivery.
        """
        ALTER TABLE deliveries ADD COLUMN reply_code INTEGER;
        ALTER TABLE deliveries ADD COLUMN reply_enhanced TEXT;
        ALTER TABLE deliveries ADD COLUMN reply_host TEXT;
        ALTER TABLE deliveries ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE attempts ADD COLUMN reply_code INTEGER;
        ALTER TABLE attempts ADD COLUMN reply_enhanced TEXT;
        ALTER TABLE attempts ADD COLUMN reply_host TEXT;
        """,
    ];

    /// <exception cref="SpoolRefusedException">It is newer, or not a spool.</exception>
    public static void Check(SqliteDatabase database, string path)
    {
        var version = (int)database.ReadNumber("PRAGMA user_version");
        if (database.ReadNumber("PRAGMA application_id") != ApplicationId && !IsEmpty(database))
            throw new SpoolRefusedException($"{path} is a database, but not one of this product");
        if (version > Version)
            throw new SpoolRefusedException($"{path} has schema version {version}; this program knows versions up to {Version}. Start the newer program, or another spool.path");
    }

    /// <summary>Brings a database to this version. Each step is one transaction: a crash leaves the version before or after it.</summary>
    public static void Upgrade(SqliteDatabase database)
    {
        if (IsEmpty(database))
            database.Execute("PRAGMA auto_vacuum = INCREMENTAL");
        database.Execute("PRAGMA journal_mode = WAL");
        for (var step = (int)database.ReadNumber("PRAGMA user_version"); step < Version; step++)
        {
            // What a step takes out is overwritten, too.
            database.Execute($"PRAGMA secure_delete = ON; BEGIN IMMEDIATE; {Steps[step]}");
            if (step == 1)
                SealOptions(database);
            database.Execute($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {step + 1}; COMMIT; PRAGMA secure_delete = OFF");
        }
    }

    /// <summary>Deliveries with options that only the spool's key can decrypt.</summary>
    public static long CountSealed(SqliteDatabase database) =>
        database.ReadNumber("PRAGMA user_version") < 2 ? 0 : database.ReadNumber("SELECT count(*) FROM deliveries WHERE options LIKE 'sealed:%'");

    private static bool IsEmpty(SqliteDatabase database) =>
        database.ReadNumber("PRAGMA user_version") == 0 && database.ReadNumber("PRAGMA application_id") == 0 && database.ReadNumber("SELECT count(*) FROM sqlite_schema") == 0;

    private static void SealOptions(SqliteDatabase database)
    {
        const int Batch = 1000;
        using var clear = database.Prepare($"SELECT seq, id, options FROM deliveries WHERE seq > ?1 AND options IS NOT NULL ORDER BY seq LIMIT {Batch}");
        using var update = database.Prepare("UPDATE deliveries SET options = ?2 WHERE seq = ?1");
        for (var last = long.MinValue; ;)
        {
            var rows = clear.Bind(1, last).ReadAll(row => (Seq: row.Number(0), Id: row.Text(1), Options: row.Text(2)));
            if (rows.Count == 0)
                return;
            foreach (var (seq, id, options) in rows)
                update.Bind(1, seq).Bind(2, update.Seal.Seal(options, id)).Run();
            last = rows[^1].Seq;
        }
    }

    /// <summary>What SQLite frees within a page is overwritten, which costs no write more; whole pages are when a message is erased (<c>EraseWrite</c>).</summary>
    public const string UsualErasure = "PRAGMA secure_delete = FAST";

    /// <summary>What every connection is set to. NORMAL: SQLite syncs what it moves from the log into the database, and the log before; commits are synced by us (<c>SyncedLog</c>).</summary>
    public static void Configure(SqliteDatabase database, int cacheKilobytes) =>
        database.Execute($"PRAGMA synchronous = NORMAL; PRAGMA cache_size = -{cacheKilobytes}; PRAGMA temp_store = MEMORY; " +
            "PRAGMA journal_size_limit = 67108864; PRAGMA trusted_schema = OFF; " + UsualErasure);
}
