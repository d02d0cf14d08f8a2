using System.Security.Cryptography;
using System.Text;
using InboundBridge.MailFlow.Spool.Contract.Sharing;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using Npgsql;
using NpgsqlTypes;

namespace InboundBridge.MailFlow.Spool.Postgres.Sharing;

/// <summary>
/// What nodes tell each other, in unlogged tables: nothing of it is written to the server's log, so no statement waits for a disk, and a
/// server that crashes begins with empty tables. Rows that mean nothing any more are deleted by retention.
/// </summary>
internal sealed class PostgresExchange(PostgresConnections connections, PostgresKeys keys) : INodeExchange
{
    /// <summary>Octets of a digest. Half of the hash is far more than anybody can find two equal ones of.</summary>
    private const int DigestLength = 16;

    /// <summary>In the order of the keys, so that two nodes that write the same keys wait for each other and never both.</summary>
    private const string AddCounts =
        """
        INSERT INTO rates AS k(key, drained_at, most)
        SELECT r.key, spool_now() + r.drain, r.most FROM unnest($1::bytea[], $2::bigint[], $3::bigint[]) AS r(key, drain, most)
        ORDER BY r.key
        ON CONFLICT(key) DO UPDATE SET drained_at =
          least(greatest(k.drained_at, spool_now()) + excluded.drained_at - spool_now(), spool_now() + k.most)
        RETURNING key, drained_at - spool_now()
        """;

    private const string CountSharers =
        """
        WITH mine AS (
          INSERT INTO sharers(destination, node, seen_at)
          SELECT r.destination, $2, spool_now() FROM unnest($1::text[]) AS r(destination) ORDER BY r.destination
          ON CONFLICT(destination, node) DO UPDATE SET seen_at = excluded.seen_at)
        SELECT (SELECT count(*) FROM sharers s WHERE s.destination = r.destination AND s.node <> $2 AND s.seen_at > spool_now() - $3)
        FROM unnest($1::text[]) WITH ORDINALITY AS r(destination, place) ORDER BY r.place
        """;

    private const string FindAnswer = "SELECT is_yes, expires - spool_now() FROM answers WHERE key = $1 AND expires > spool_now()";

    private const string KeepAnswers =
        """
        INSERT INTO answers(key, is_yes, expires)
        SELECT r.key, r.is_yes, spool_now() + r.lasts FROM unnest($1::bytea[], $2::boolean[], $3::bigint[]) AS r(key, is_yes, lasts)
        ORDER BY r.key
        ON CONFLICT(key) DO UPDATE SET is_yes = excluded.is_yes, expires = excluded.expires
        """;

    private readonly byte[] _key = HMACSHA256.HashData(keys.Links, "exchange of nodes"u8);

    public bool IsShared => true;

    public async ValueTask<IReadOnlyList<TimeSpan>> AddCountsAsync(
        IReadOnlyList<NodeCount> counts, CancellationToken cancellationToken) => await connections.RunAsync(
        async connection =>
        {
            var digests = counts.Select(count => Digest("rate", count.Key)).ToList();
            await using var command = new NpgsqlCommand(AddCounts, connection);
            command.Parameters
                .Column(NpgsqlDbType.Bytea, digests)
                .Numbers([.. counts.Select(count => (long)Math.Round(count.Drain.TotalMilliseconds))])
                .Numbers([.. counts.Select(count => (long)count.Most.TotalMilliseconds)]);
            var sums = new Dictionary<UInt128, TimeSpan>(counts.Count);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                sums[Number(reader.GetFieldValue<byte[]>(0))] = TimeSpan.FromMilliseconds(reader.GetInt64(1));
            return digests.ConvertAll(digest => sums[Number(digest)]);
        },
        cancellationToken);

    public async ValueTask<IReadOnlyList<int>> CountSharersAsync(
        string node, IReadOnlyList<string> destinations, CancellationToken cancellationToken) => await connections.RunAsync(
        async connection =>
        {
            await using var command = new NpgsqlCommand(CountSharers, connection);
            command.Parameters
                .Texts([.. destinations.Select(StoredText.Of)]).Text(node).Number((long)SharerRows.Lifetime.TotalMilliseconds);
            var others = new List<int>(destinations.Count);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                others.Add((int)reader.GetInt64(0));
            return others.ConvertAll(count => count + 1);
        },
        cancellationToken);

    public async ValueTask<NodeAnswer?> FindAnswerAsync(string question, CancellationToken cancellationToken) =>
        await connections.ReadAsync(
            async connection =>
            {
                await using var command = new NpgsqlCommand(FindAnswer, connection);
                command.Parameters.Octets(Digest("answer", question));
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                return await reader.ReadAsync(cancellationToken)
                    ? new NodeAnswer(reader.GetBoolean(0), TimeSpan.FromMilliseconds(reader.GetInt64(1)))
                    : (NodeAnswer?)null;
            },
            cancellationToken);

    public async ValueTask KeepAnswersAsync(IReadOnlyDictionary<string, NodeAnswer> answers, CancellationToken cancellationToken) =>
        await connections.RunAsync(
            async connection =>
            {
                await using var command = new NpgsqlCommand(KeepAnswers, connection);
                command.Parameters
                    .Column(NpgsqlDbType.Bytea, answers.Keys.Select(question => Digest("answer", question)).ToList())
                    .Column(NpgsqlDbType.Boolean, answers.Values.Select(answer => answer.IsYes).ToList())
                    .Numbers([.. answers.Values.Select(answer => (long)answer.Left.TotalMilliseconds)]);
                return await command.ExecuteNonQueryAsync(cancellationToken);
            },
            cancellationToken);

    /// <summary>Whoever has the tables without the key can't try addresses until one fits.</summary>
    private byte[] Digest(string kind, string text) =>
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{kind} {text}"))[..DigestLength];

    private static UInt128 Number(byte[] digest) => System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(digest);
}
