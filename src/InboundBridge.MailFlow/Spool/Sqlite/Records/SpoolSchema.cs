using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.MailFlow.Spool.Sqlite.Records;

/// <summary>
/// The tables of the embedded store and the steps between their versions. A released step is never edited; a change is a new step, and
/// <c>tests/testdata/upgrade</c> keeps a data directory of each version.
/// <para>
/// <c>deliveries.seq</c> is <c>messages.seq &lt;&lt; 20 | ordinal</c>, so the deliveries of a message are stored side by side and are found
/// without an index. Times are milliseconds since 1970, UTC. <c>body</c>: 0 in <c>bodies</c>, 1 in a file of <c>bodies/</c>, 2 gone.
/// <c>prelude</c>: what we put on top of the body; NULL for nothing. <c>results</c>: a header field above it, or NULL. <c>state</c> is
/// <see cref="DeliveryState"/>.
/// </para>
/// </summary>
internal static class SpoolSchema
{
    public const int Version = 8;

    /// <summary>Bits of <c>deliveries.seq</c> that number the deliveries of one message.</summary>
    public const int OrdinalBits = 20;

    /// <summary>"IBsp" in ASCII, which marks a database as a spool.</summary>
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
          created_at INTEGER NOT NULL, queued_at INTEGER, next_at INTEGER NOT NULL, ended_at INTEGER, last_reply TEXT,
          recipients TEXT NOT NULL, rule TEXT, tags TEXT, vars TEXT, header_edits TEXT, options TEXT, hold_reason TEXT,
          replay INTEGER NOT NULL, failed_destinations TEXT);
        CREATE INDEX deliveries_due ON deliveries(destination, next_at) WHERE state < 2;
        CREATE INDEX deliveries_state ON deliveries(destination, state) WHERE state <> 2;
        CREATE TABLE attempts(
          delivery INTEGER NOT NULL, started_at INTEGER NOT NULL, number INTEGER NOT NULL, duration INTEGER NOT NULL,
          outcome TEXT NOT NULL, reply TEXT NOT NULL, PRIMARY KEY(delivery, started_at)) WITHOUT ROWID;
        CREATE TABLE tallies(
          destination TEXT NOT NULL, state INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY(destination, state)) WITHOUT ROWID;
        CREATE TABLE totals(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE pauses(destination TEXT PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID;
        """,
        // The tables stay the same. SealOptions encrypts deliveries.options, which may hold secrets.
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
        // The header fields that we put on top. In earlier versions they are the first octets of the body.
        "ALTER TABLE messages ADD COLUMN prelude BLOB;",
        // The field Authentication-Results, which goes on top of the prelude.
        "ALTER TABLE messages ADD COLUMN results TEXT;",
        // What greylisting remembers; see GreylistEntry.
        """
        CREATE TABLE greylist(
          key BLOB PRIMARY KEY, first_seen INTEGER NOT NULL, expires INTEGER NOT NULL, passes INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX greylist_expires ON greylist(expires);
        """,
        // A mail of our own: the id of the message that it is about, and the rest of MailCause as JSON.
        """
        ALTER TABLE messages ADD COLUMN cause TEXT;
        ALTER TABLE messages ADD COLUMN cause_details TEXT;
        CREATE INDEX messages_cause ON messages(cause) WHERE cause IS NOT NULL;
        """,
        // Small things that are not mail; see SpoolNote.
        """
        CREATE TABLE notes(
          kind TEXT NOT NULL, key TEXT NOT NULL, expires INTEGER NOT NULL, value BLOB NOT NULL, PRIMARY KEY(kind, key)) WITHOUT ROWID;
        CREATE INDEX notes_expires ON notes(kind, expires);
        CREATE INDEX notes_expired ON notes(expires);
        """,
    ];

    /// <exception cref="SpoolRefusedException">A newer program made it, or it is not a spool.</exception>
    public static void Check(SqliteDatabase database, string path)
    {
        var version = (int)database.ReadNumber("PRAGMA user_version");
        if (database.ReadNumber("PRAGMA application_id") != ApplicationId && !IsEmpty(database))
            throw new SpoolRefusedException($"{path} is a database, but not one of this product");
        if (version > Version)
            throw new SpoolRefusedException(
                $"{path} has schema version {version}; this program knows versions up to {Version}. " +
                "Start the newer program, or use another spool.path");
    }

    /// <summary>
    /// Brings a database to this version. Each step is one transaction, so a crash leaves the version before or after a step.
    /// </summary>
    public static void Upgrade(SqliteDatabase database)
    {
        if (IsEmpty(database))
            database.Execute("PRAGMA auto_vacuum = INCREMENTAL");
        database.Execute("PRAGMA journal_mode = WAL");
        for (var step = (int)database.ReadNumber("PRAGMA user_version"); step < Version; step++)
        {
            // What a step removes is overwritten on disk.
            database.Execute($"PRAGMA secure_delete = ON; BEGIN IMMEDIATE; {Steps[step]}");
            if (step == 1)
                SealOptions(database);
            database.Execute(
                $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {step + 1}; COMMIT; PRAGMA secure_delete = OFF");
        }
    }

    /// <summary>Deliveries with options that only the spool's key can decrypt.</summary>
    public static long CountSealed(SqliteDatabase database) =>
        database.ReadNumber("PRAGMA user_version") < 2
            ? 0
            : database.ReadNumber("SELECT count(*) FROM deliveries WHERE options LIKE 'sealed:%'");

    private static bool IsEmpty(SqliteDatabase database) =>
        database.ReadNumber("PRAGMA user_version") == 0 && database.ReadNumber("PRAGMA application_id") == 0
        && database.ReadNumber("SELECT count(*) FROM sqlite_schema") == 0;

    private static void SealOptions(SqliteDatabase database)
    {
        const int Batch = 1000;
        using var clear = database.Prepare(
            $"SELECT seq, id, options FROM deliveries WHERE seq > ?1 AND options IS NOT NULL ORDER BY seq LIMIT {Batch}");
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

    /// <summary>
    /// Overwrites what SQLite frees inside of a page, which takes no additional write. <c>EraseWrite</c> has whole pages overwritten too.
    /// </summary>
    public const string UsualErasure = "PRAGMA secure_delete = FAST";

    /// <summary>
    /// Configures a connection. With <c>synchronous = NORMAL</c> SQLite syncs around a
    /// checkpoint only; commits are synced by <c>SyncedLog</c>.
    /// </summary>
    public static void Configure(SqliteDatabase database, int cacheKilobytes) =>
        database.Execute($"PRAGMA synchronous = NORMAL; PRAGMA cache_size = -{cacheKilobytes}; PRAGMA temp_store = MEMORY; " +
            "PRAGMA journal_size_limit = 67108864; PRAGMA trusted_schema = OFF; " + UsualErasure);
}
