using System.Buffers.Binary;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notes;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;
using InboundBridge.MailFlow.Spool.Sqlite.Records;

namespace InboundBridge.MailFlow.Spool.Sqlite.Moving;

/// <summary>Reads the rows of a snapshot. Each page is bounded.</summary>
/// <param name="statement">Prepares a statement once.</param>
internal sealed class SqliteRows(Func<string, SqliteStatement> statement)
{
    private const int GreylistPage = 500;

    /// <summary>Each may have a quarter of a megabyte.</summary>
    private const int NotePage = 32;

    private const string Attempts =
        "SELECT number, started_at, duration, outcome, reply, reply_code, reply_enhanced, reply_host FROM attempts WHERE delivery = ?1 " +
        "ORDER BY started_at";

    private static readonly (string What, string Sql)[] References =
    [
        ("deliveries without a message",
            "SELECT count(*) FROM deliveries d WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.seq = d.seq >> 20)"),
        ("attempts without a delivery",
            "SELECT count(*) FROM attempts a WHERE NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.seq = a.delivery)"),
        ("octets without a message",
            "SELECT count(*) FROM bodies b WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.seq = b.message AND m.body = 0)"),
    ];

    public List<FailedAttempt> ReadAttempts(long delivery) => statement(Attempts).Bind(1, delivery).ReadAll(row => new FailedAttempt(
        (int)row.Number(0), row.Time(1), TimeSpan.FromMilliseconds(row.Number(2)), row.Text(3), row.Reply(4, 5)));

    /// <summary>Prelude and octets of a mail; of a mail in a file, the prelude.</summary>
    public (byte[] Prelude, byte[] Inline) ReadOctets(long number)
    {
        var prelude = statement("SELECT prelude FROM messages WHERE seq = ?1").Bind(1, number).ReadOne(row => row.Octets(0).ToArray());
        var inline = statement("SELECT octets FROM bodies WHERE message = ?1").Bind(1, number).ReadOne(row => row.Octets(0).ToArray());
        return (prelude ?? [], inline ?? []);
    }

    public IReadOnlyDictionary<string, string> ReadPauses() =>
        statement("SELECT destination, reason FROM pauses").ReadAll(row => (Name: row.Text(0), Reason: row.Text(1)))
            .ToDictionary(pause => pause.Name, pause => pause.Reason, StringComparer.Ordinal);

    /// <param name="last">The key of the last entry of the page before; that of this page afterwards.</param>
    public List<GreylistEntry> ReadGreylist(ref byte[] last)
    {
        var page = statement("SELECT key, first_seen, expires, passes FROM greylist WHERE key > ?1 ORDER BY key LIMIT ?2")
            .BindBlob(1, last).Bind(2, GreylistPage)
            .ReadAll(row => (Key: row.Octets(0).ToArray(), First: row.Time(1), Expires: row.Time(2), Passes: (int)row.Number(3)));
        if (page.Count > 0)
            last = page[^1].Key;
        return page.ConvertAll(entry => new GreylistEntry(
            BinaryPrimitives.ReadUInt128BigEndian(entry.Key), entry.First, entry.Expires, entry.Passes));
    }

    /// <summary>The notes after one, in the order of kinds and keys.</summary>
    public List<SpoolNote> ReadNotes(string kind, string key) =>
        statement("SELECT kind, key, expires, value FROM notes WHERE (kind, key) > (?1, ?2) ORDER BY kind, key LIMIT ?3")
            .Bind(1, kind).Bind(2, key).Bind(3, NotePage)
            .ReadAll(row => new SpoolNote(row.Text(0), row.Text(1), row.Octets(3).ToArray(), row.Time(2)));

    public IReadOnlyList<string> FindFaults()
    {
        var faults = statement("PRAGMA integrity_check(20)").ReadAll(row => row.Text(0)).Where(line => line != "ok")
            .Select(line => "the database is damaged: " + line).ToList();
        foreach (var (what, sql) in References)
        {
            var count = statement(sql).ReadAll(row => row.Number(0))[0];
            if (count > 0)
                faults.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count} {what}"));
        }
        return faults;
    }
}
