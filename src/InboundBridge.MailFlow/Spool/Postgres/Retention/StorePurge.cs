using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using InboundBridge.MailFlow.Spool.Postgres.Writing;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Retention;

/// <summary>
/// One pass of retention, in steps: a query finds candidates, and a short transaction judges them again and removes them. One node at a
/// time does it; another that asks meanwhile does nothing. PostgreSQL's vacuum gives the room to new rows.
/// </summary>
internal sealed class StorePurge(SpoolOptions options, PostgresConnections connections, StoreWriter writer)
{
    private const int Step = 500;

    private const string Old = "SELECT seq, received_at FROM messages WHERE seq > $1 ORDER BY seq LIMIT $2";

    private const string Fates =
        """
        SELECT m.seq, m.received_at, m.body, coalesce(bool_or(d.state IN (0, 1, 4)), false), coalesce(bool_or(d.state IN (3, 5)), false),
          max(d.ended_at)
        FROM messages m LEFT JOIN deliveries d ON d.seq >= m.seq << 20 AND d.seq < (m.seq + 1) << 20
        WHERE m.seq = ANY($1) GROUP BY m.seq ORDER BY m.seq
        """;

    private const string Alone =
        "SELECT pg_try_advisory_lock(hashtextextended(('inboundbridge retention ' || current_schema()) COLLATE \"C\", 0))";

    private const string Over =
        "SELECT pg_advisory_unlock(hashtextextended(('inboundbridge retention ' || current_schema()) COLLATE \"C\", 0))";

    private const string ForgetGreylist =
        "DELETE FROM greylist WHERE key IN (SELECT key FROM greylist WHERE expires <= $1 ORDER BY expires LIMIT $2 FOR UPDATE SKIP LOCKED)";

    private const string ForgetNotes =
        "DELETE FROM notes WHERE (kind, key) IN (SELECT kind, key FROM notes WHERE expires <= spool_now() ORDER BY expires LIMIT $1)";

    private const string ForgetRates =
        "DELETE FROM rates WHERE key IN (SELECT key FROM rates WHERE drained_at <= spool_now() ORDER BY drained_at LIMIT $1 " +
        "FOR UPDATE SKIP LOCKED)";

    private const string ForgetAnswers =
        "DELETE FROM answers WHERE key IN (SELECT key FROM answers WHERE expires <= spool_now() ORDER BY expires LIMIT $1 " +
        "FOR UPDATE SKIP LOCKED)";

    /// <summary>$2 how many may stay; those go that expire first.</summary>
    private const string EvictAnswers =
        "DELETE FROM answers WHERE key IN (SELECT key FROM answers WHERE expires IS NOT NULL ORDER BY expires " +
        "LIMIT least($1, greatest(0, (SELECT count(*) FROM answers WHERE key IS NOT NULL) - $2)) FOR UPDATE SKIP LOCKED)";

    /// <summary>A node that is gone. Few rows for each destination, so no index is needed beside the one of the key.</summary>
    private const string ForgetSharers = "DELETE FROM sharers WHERE destination >= '' AND seen_at <= spool_now() - $1";

    /// <summary>Answers of services that stay, about 100 octets each. Our choice: as many as a node keeps in memory.</summary>
    private const int MostAnswers = 100_000;

    public ValueTask<PurgeResult> RunAsync(DateTimeOffset now, CancellationToken cancellationToken) => connections.RunAsync(
        async connection =>
        {
            if (!await AskAsync(connection, Alone, cancellationToken))
                return default;
            try
            {
                var result = await RemoveAsync(connection, new RetentionRules(options, now), cancellationToken);
                await ForgetAsync(now, cancellationToken);
                return result;
            }
            finally
            {
                await AskAsync(connection, Over, CancellationToken.None);
            }
        },
        cancellationToken);

    private static async Task<bool> AskAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task<PurgeResult> RemoveAsync(NpgsqlConnection connection, RetentionRules rules, CancellationToken cancellationToken)
    {
        var (messages, bodies) = (0, 0);
        for (long? after = 0; after is { } from;)
        {
            (var candidates, after) = await FindAsync(connection, rules, from, cancellationToken);
            if (candidates.Count == 0)
                continue;
            var step = await writer.RunAsync(transaction => RemoveAsync(transaction, rules, candidates));
            messages += step.Messages;
            bodies += step.Bodies;
        }
        return new PurgeResult(messages, bodies);
    }

    /// <returns>Last: where the next step begins; null at the end of the pass.</returns>
    private static async Task<(List<long> Candidates, long? Last)> FindAsync(
        NpgsqlConnection connection, RetentionRules rules, long after, CancellationToken cancellationToken)
    {
        var rows = new List<(long Seq, DateTimeOffset Received)>();
        await using (var command = new NpgsqlCommand(Old, connection))
        {
            command.Parameters.Number(after).Number(Step);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                rows.Add((reader.GetInt64(0), reader.Time(1)));
        }
        // Numbers grow with time unless a clock is set back, so a whole step of young messages ends the pass.
        var isEnd = rows.Count < Step || rows.TrueForAll(row => row.Received > rules.Horizon);
        return ([.. rows.Where(row => row.Received <= rules.Horizon).Select(row => row.Seq)], isEnd ? null : rows[^1].Seq);
    }

    private static async Task<PurgeResult> RemoveAsync(StoreTransaction transaction, RetentionRules rules, List<long> candidates)
    {
        var seen = await JudgeAsync(transaction, rules, candidates);
        if (seen.Removed.Count + seen.Dropped.Count == 0)
            return default;
        // Held from here on: nobody adds a delivery to them, or changes one, between the second look and the deletion.
        await transaction.ReadAsync(
            RemovalSql.Lock, parameters => parameters.Numbers([.. seen.Removed, .. seen.Dropped]), row => row.GetInt64(0));
        var (removed, dropped) = await JudgeAsync(transaction, rules, [.. seen.Removed, .. seen.Dropped]);
        if (removed.Count > 0)
            await transaction.RunCountingAsync(RemovalSql.Remove, (parameters, slot) => parameters.Slot(slot).Numbers(removed));
        if (dropped.Count > 0)
            await transaction.RunCountingAsync(RemovalSql.DropOctets, (parameters, slot) => parameters.Slot(slot).Numbers(dropped));
        return new PurgeResult(removed.Count, dropped.Count);
    }

    private static async Task<(List<long> Removed, List<long> Dropped)> JudgeAsync(
        StoreTransaction transaction, RetentionRules rules, List<long> messages)
    {
        var verdicts = await transaction.ReadAsync(
            Fates, parameters => parameters.Numbers(messages),
            row => (Seq: row.GetInt64(0), Verdict: rules.Judge(new MessageFate(
                row.Time(1), row.GetBoolean(3), row.GetBoolean(4), row.TimeOrNull(5), (StoredBody)row.GetInt16(2) != StoredBody.Gone))));
        return (
            [.. verdicts.Where(one => one.Verdict == RetentionVerdict.Remove).Select(one => one.Seq)],
            [.. verdicts.Where(one => one.Verdict == RetentionVerdict.DropOctets).Select(one => one.Seq)]);
    }

    private async Task ForgetAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        int forgotten;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            forgotten = await writer.RunAsync(async transaction =>
            {
                var deleted = await transaction.RunAsync(
                    ForgetGreylist, parameters => parameters.Number(StoredTime.Of(now)).Number(Step));
                transaction.Tallies.CountGreylist(-deleted);
                return deleted;
            });
            forgotten += await writer.RunAsync(transaction => transaction.RunAsync(ForgetNotes, parameters => parameters.Number(Step)));
        }
        while (forgotten > 0);
        await ForgetExchangedAsync(cancellationToken);
    }

    private async Task ForgetExchangedAsync(CancellationToken cancellationToken)
    {
        int forgotten;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            forgotten = await writer.RunAsync(transaction => transaction.RunAsync(ForgetRates, parameters => parameters.Number(Step)));
            forgotten += await writer.RunAsync(
                transaction => transaction.RunAsync(ForgetAnswers, parameters => parameters.Number(Step)));
            forgotten += await writer.RunAsync(
                transaction => transaction.RunAsync(EvictAnswers, parameters => parameters.Number(Step).Number(MostAnswers)));
        }
        while (forgotten > 0);
        await writer.RunAsync(transaction => transaction.RunAsync(
            ForgetSharers, parameters => parameters.Number((long)SharerRows.Lifetime.TotalMilliseconds)));
    }
}
