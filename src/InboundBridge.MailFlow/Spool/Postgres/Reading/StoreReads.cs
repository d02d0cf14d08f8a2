using System.Buffers.Binary;
using System.Globalization;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notes;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using Npgsql;
using NpgsqlTypes;

namespace InboundBridge.MailFlow.Spool.Postgres.Reading;

/// <summary>Reads totals, pauses, entries of greylisting and notes.</summary>
internal static class StoreReads
{
    private static readonly string Tallied = string.Create(
        CultureInfo.InvariantCulture,
        $"SELECT destination, state, sum(count)::bigint FROM tallies WHERE state >= {Tallies.Octets} GROUP BY destination, state");

    public static async Task<SpoolTotals> TotalsAsync(NpgsqlConnection connection)
    {
        var (messages, octets, deliveries) = (0L, 0L, new List<DeliveryTally>());
        await using var command = new NpgsqlCommand(Tallied, connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var (state, count) = (reader.GetInt16(1), reader.GetInt64(2));
            if (state == Tallies.Messages)
                messages = count;
            else if (state == Tallies.Octets)
                octets = count;
            else if (count != 0)
                deliveries.Add(new DeliveryTally(reader.GetString(0), (DeliveryState)state, count));
        }
        return new SpoolTotals(messages, octets, null, deliveries);
    }

    public static async Task<IReadOnlyDictionary<string, string>> PausesAsync(NpgsqlConnection connection)
    {
        var pauses = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand(PauseRows.All, connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var (destination, reason) = PauseRows.Read(reader);
            pauses[destination] = reason;
        }
        return pauses;
    }

    /// <summary>In the order of the keys asked for.</summary>
    public static async Task<IReadOnlyList<GreylistEntry>> GreylistAsync(NpgsqlConnection connection, IReadOnlyList<UInt128> keys)
    {
        var found = new List<GreylistEntry>(keys.Count);
        await using var command = new NpgsqlCommand(
            "SELECT r.place, g.first_seen, g.expires, g.passes FROM unnest($1::bytea[]) WITH ORDINALITY AS r(key, place) " +
            "JOIN greylist g ON g.key = r.key ORDER BY r.place", connection);
        command.Parameters.Column(NpgsqlDbType.Bytea, keys.Select(GreylistKeys.Octets).ToList());
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            found.Add(new GreylistEntry(keys[(int)reader.GetInt64(0) - 1], reader.Time(1), reader.Time(2), reader.GetInt32(3)));
        return found;
    }

    /// <summary>The next entries after a key, in the order of keys, and the key of the last one.</summary>
    public static async Task<(IReadOnlyList<GreylistEntry> Entries, byte[] Last)> GreylistPageAsync(
        NpgsqlConnection connection, byte[] after)
    {
        await using var command = new NpgsqlCommand(
            "SELECT key, first_seen, expires, passes FROM greylist WHERE key > $1 ORDER BY key LIMIT 500", connection);
        command.Parameters.Octets(after);
        await using var reader = await command.ExecuteReaderAsync();
        var (page, last) = (new List<GreylistEntry>(), after);
        while (await reader.ReadAsync())
        {
            last = reader.GetFieldValue<byte[]>(0);
            page.Add(new GreylistEntry(
                BinaryPrimitives.ReadUInt128BigEndian(last), reader.Time(1), reader.Time(2), reader.GetInt32(3)));
        }
        return (page, last);
    }

    /// <summary>The next notes of any kind after one, in the order of kinds and keys; expired ones too.</summary>
    public static async Task<List<SpoolNote>> NotesAfterAsync(NpgsqlConnection connection, string kind, string key, int limit)
    {
        await using var command = new NpgsqlCommand(
            "SELECT key, value, expires, kind FROM notes WHERE (kind, key) > ($1, $2) ORDER BY kind, key LIMIT $3", connection);
        command.Parameters.Text(kind).Text(key).Number(limit);
        await using var reader = await command.ExecuteReaderAsync();
        var notes = new List<SpoolNote>();
        while (await reader.ReadAsync())
            notes.Add(new SpoolNote(reader.GetString(3), reader.GetString(0), reader.GetFieldValue<byte[]>(1), reader.Time(2)));
        return notes;
    }

    public static async Task<DateTimeOffset> TimeAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("SELECT spool_now()", connection);
        return StoredTime.From((long)(await command.ExecuteScalarAsync())!);
    }

    public static async Task<SpoolNote?> NoteAsync(NpgsqlConnection connection, string kind, string key)
    {
        await using var command = new NpgsqlCommand(
            "SELECT key, value, expires FROM notes WHERE kind = $1 AND key = $2 AND expires > spool_now()", connection);
        command.Parameters.Text(StoredText.Of(kind)).Text(StoredText.Of(key));
        return (await ReadNotesAsync(command, kind)) is [var note] ? note : null;
    }

    public static async Task<IReadOnlyList<SpoolNote>> NotesAsync(
        NpgsqlConnection connection, string kind, string? after, int limit)
    {
        await using var command = new NpgsqlCommand(
            "SELECT key, value, expires FROM notes WHERE kind = $1 AND key > $2 AND expires > spool_now() ORDER BY key LIMIT $3",
            connection);
        command.Parameters.Text(StoredText.Of(kind)).Text(StoredText.Of(after ?? string.Empty)).Number(limit);
        return await ReadNotesAsync(command, kind);
    }

    private static async Task<List<SpoolNote>> ReadNotesAsync(NpgsqlCommand command, string kind)
    {
        await using var reader = await command.ExecuteReaderAsync();
        var notes = new List<SpoolNote>();
        while (await reader.ReadAsync())
            notes.Add(new SpoolNote(kind, reader.GetString(0), reader.GetFieldValue<byte[]>(1), reader.Time(2)));
        return notes;
    }
}
