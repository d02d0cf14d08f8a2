using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notes;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using InboundBridge.MailFlow.Spool.Postgres.Writing;
using NpgsqlTypes;

namespace InboundBridge.MailFlow.Spool.Postgres.Changing;

/// <summary>Stores what is not mail: pauses, entries of greylisting, notes.</summary>
internal static class MemoryWrites
{
    /// <summary>In the order of the keys, so that two nodes that write the same entries wait for each other and never both.</summary>
    private const string Greylist =
        """
        INSERT INTO greylist AS g(key, first_seen, expires, passes)
        SELECT r.key, r.first_seen, r.expires, r.passes FROM unnest($1::bytea[], $2::bigint[], $3::bigint[], $4::integer[])
          AS r(key, first_seen, expires, passes) ORDER BY r.key
        ON CONFLICT(key) DO UPDATE SET
          first_seen = CASE WHEN g.expires <= excluded.first_seen THEN excluded.first_seen ELSE least(g.first_seen, excluded.first_seen) END,
          passes = CASE WHEN g.expires <= excluded.first_seen THEN excluded.passes ELSE greatest(g.passes, excluded.passes) END,
          expires = CASE WHEN g.expires <= excluded.first_seen THEN excluded.expires ELSE greatest(g.expires, excluded.expires) END
        RETURNING (xmax = 0)
        """;

    /// <summary>The entries are counted as they come and go, because counting a million rows at each write would take too long.</summary>
    private const string GreylistSize = "SELECT coalesce(sum(count), 0)::bigint FROM tallies WHERE destination = '' AND state = $1";

    private const string EvictGreylist = "DELETE FROM greylist WHERE key IN (SELECT key FROM greylist ORDER BY expires LIMIT $1)";

    private const string Notes =
        "INSERT INTO notes(kind, key, expires, value) SELECT r.kind, r.key, r.expires, r.value " +
        "FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bytea[]) AS r(kind, key, expires, value) ORDER BY r.kind, r.key " +
        "ON CONFLICT(kind, key) DO UPDATE SET expires = excluded.expires, value = excluded.value";

    private const string FirstNote =
        "INSERT INTO notes AS n(kind, key, expires, value) VALUES($1, $2, $3, $4) ON CONFLICT(kind, key) DO UPDATE " +
        "SET expires = excluded.expires, value = excluded.value WHERE n.expires <= spool_now() RETURNING 1";

    private const string EvictNotes =
        "DELETE FROM notes WHERE kind = $1 AND key IN (SELECT key FROM notes WHERE kind = $1 ORDER BY expires " +
        "LIMIT greatest(0, (SELECT count(*) FROM notes WHERE kind = $1) - $2))";

    public static Task<int> SetPauseAsync(StoreTransaction transaction, string destination, string? reason) => reason is null
        ? transaction.RunAsync("DELETE FROM pauses WHERE destination = $1", parameters => parameters.Text(StoredText.Of(destination)))
        : transaction.RunAsync(
            "INSERT INTO pauses(destination, reason) VALUES($1, $2) ON CONFLICT(destination) DO UPDATE SET reason = excluded.reason",
            parameters => parameters.Text(StoredText.Of(destination)).Text(StoredText.Of(reason)));

    public static async Task<int> KeepGreylistAsync(StoreTransaction transaction, IReadOnlyList<GreylistEntry> entries, int most)
    {
        var added = await transaction.ReadAsync(
            Greylist,
            parameters => parameters
                .Column(NpgsqlDbType.Bytea, entries.Select(entry => GreylistKeys.Octets(entry.Key)).ToList())
                .Numbers([.. entries.Select(entry => StoredTime.Of(entry.FirstSeen))])
                .Numbers([.. entries.Select(entry => StoredTime.Of(entry.Expires))])
                .Column(NpgsqlDbType.Integer, entries.Select(entry => entry.Passes).ToList()),
            row => row.GetBoolean(0));
        var change = added.Count(isNew => isNew);
        var before = await transaction.ReadAsync(
            GreylistSize, parameters => parameters.Number(Tallies.GreylistEntries), row => row.GetInt64(0));
        if (before[0] + change > most)
            change -= await transaction.RunAsync(EvictGreylist, parameters => parameters.Number(before[0] + change - most));
        transaction.Tallies.CountGreylist(change);
        return change;
    }

    public static async Task<int> KeepNotesAsync(StoreTransaction transaction, IReadOnlyList<SpoolNote> notes, int most)
    {
        var kept = await transaction.RunAsync(
            Notes,
            parameters => parameters
                .Texts([.. notes.Select(note => StoredText.Of(note.Kind))]).Texts([.. notes.Select(note => StoredText.Of(note.Key))])
                .Numbers([.. notes.Select(note => StoredTime.Of(note.Expires))])
                .Column(NpgsqlDbType.Bytea, notes.Select(note => note.Value).ToList()));
        foreach (var kind in notes.Select(note => note.Kind).Distinct(StringComparer.Ordinal))
            await MakeRoomAsync(transaction, kind, most);
        return kept;
    }

    public static async Task<bool> TryKeepNoteAsync(StoreTransaction transaction, SpoolNote note, int most)
    {
        var kept = await transaction.ReadAsync(
            FirstNote,
            parameters => parameters.Text(StoredText.Of(note.Kind)).Text(StoredText.Of(note.Key)).Number(StoredTime.Of(note.Expires))
                .Octets(note.Value.ToArray()),
            row => row.GetInt32(0));
        await MakeRoomAsync(transaction, note.Kind, most);
        return kept.Count > 0;
    }

    public static Task<int> ForgetNotesAsync(StoreTransaction transaction, string kind, IReadOnlyList<string> keys) => transaction.RunAsync(
        "DELETE FROM notes WHERE kind = $1 AND key = ANY($2)",
        parameters => parameters.Text(StoredText.Of(kind)).Texts([.. keys.Select(StoredText.Of)]));

    private static Task<int> MakeRoomAsync(StoreTransaction transaction, string kind, int most) =>
        transaction.RunAsync(EvictNotes, parameters => parameters.Text(StoredText.Of(kind)).Number(most));
}
