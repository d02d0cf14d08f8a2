using InboundBridge.MailFlow.Spool.Postgres.Records;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Moving;

/// <summary>The octets of small mails, read for many of them at a time. Larger ones are streamed by whoever wants them.</summary>
internal sealed class SmallBodies(NpgsqlConnection connection)
{
    /// <summary>Octets of a mail. A usual small mail, which is stored in its message's row, has at most 48 KB.</summary>
    private const int Largest = 256 * 1024;

    /// <summary>Octets that are read at a time.</summary>
    private const int Most = 2 * 1024 * 1024;

    private const string Octets = "SELECT seq, octets FROM messages WHERE seq = ANY($1) ORDER BY seq";

    private readonly Queue<(long Number, byte[] Octets)> _ahead = new();
    private readonly Queue<(long Number, int Length)> _expected = new();

    /// <summary>Mails with octets in their row, in the order in which they are asked for.</summary>
    public void Expect(long number, int length)
    {
        if (length <= Largest)
            _expected.Enqueue((number, length));
    }

    /// <summary>Null for a larger mail.</summary>
    public async Task<byte[]?> TakeAsync(long number, CancellationToken cancellationToken)
    {
        if (!IsFirst(_ahead, number) && IsFirst(_expected, number))
            await ReadAsync(cancellationToken);
        return _ahead.TryPeek(out var next) && next.Number == number ? _ahead.Dequeue().Octets : null;
    }

    /// <summary>Whether this mail comes first, when the ones before it that nobody asked for are left out.</summary>
    private static bool IsFirst<T>(Queue<(long Number, T)> mails, long number)
    {
        while (mails.TryPeek(out var next) && next.Number < number)
            mails.Dequeue();
        return mails.TryPeek(out var first) && first.Number == number;
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var numbers = new List<long>();
        for (var sum = 0; _expected.TryPeek(out var next) && (numbers.Count == 0 || sum + next.Length <= Most); sum += next.Length)
            numbers.Add(_expected.Dequeue().Number);
        await using var command = new NpgsqlCommand(Octets, connection);
        command.Parameters.Numbers(numbers);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            _ahead.Enqueue((reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)));
    }
}
