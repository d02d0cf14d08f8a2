using System.Globalization;
using System.Text;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using InboundBridge.MailFlow.Spool.Postgres.Writing;
using Npgsql;
using NpgsqlTypes;

namespace InboundBridge.MailFlow.Spool.Postgres.Changing;

/// <summary>One step of an operator's change: some deliveries, oldest first, as <see cref="DeliveryTransitions"/> changes them.</summary>
internal sealed class ChangeStep(DeliveryChange change, long after)
{
    /// <summary>Deliveries of one step. It bounds how long the step holds their rows.</summary>
    private const int Most = 500;

    private const string Update =
        """
        UPDATE deliveries d SET destination = r.destination, state = r.state, attempts = r.attempts, queued_at = r.queued_at,
          next_at = r.next_at, ended_at = r.ended_at, version = r.version, last_reply = r.last_reply, reply_code = r.reply_code,
          reply_enhanced = r.reply_enhanced, reply_host = r.reply_host
        FROM unnest($1::bigint[], $2::text[], $3::smallint[], $4::integer[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
          $9::text[], $10::integer[], $11::text[], $12::text[])
          AS r(seq, destination, state, attempts, queued_at, next_at, ended_at, version, last_reply, reply_code, reply_enhanced, reply_host)
        WHERE d.seq = r.seq
        """;

    public async Task<DeliveryChangeResult> RunAsync(StoreTransaction transaction)
    {
        var rows = await transaction.ReadAsync(
            Candidates(), Bind,
            row => (Seq: row.GetInt64(0), HasContent: (StoredBody)row.GetInt16(1) != StoredBody.Gone,
                Delivery: DeliveryColumns.Read(row, 2, transaction.Seal)));
        var changed = new List<(long Seq, SpooledDelivery After)>();
        foreach (var (seq, hasContent, delivery) in rows)
        {
            if (DeliveryTransitions.Apply(change, delivery, hasContent) is not { } after)
                continue;
            transaction.Tallies.Count(delivery.Destination, delivery.State, -1);
            transaction.Tallies.Count(after.Destination, after.State, 1);
            changed.Add((seq, after));
        }
        if (changed.Count > 0)
            await transaction.RunAsync(Update, parameters => Bind(parameters, changed));
        return new DeliveryChangeResult(
            changed.ConvertAll(one => one.After), rows.Count < Most ? null : DeliveryCursor.Write(rows[^1].Seq));
    }

    /// <summary>The message's row is held too, so that retention can't remove it before the change is there.</summary>
    private string Candidates()
    {
        var sql = new StringBuilder(
            $"SELECT d.seq, m.body, {DeliveryColumns.All} FROM {DeliveryColumns.Join} WHERE d.seq > $1 AND d.state <> 2");
        var filter = change.Filter;
        var place = 2;
        foreach (var (value, condition) in new[] { (filter.Id, "d.id"), (filter.MessageId, "m.id"), (filter.Destination, "d.destination") })
        {
            if (value is not null)
                sql.Append(CultureInfo.InvariantCulture, $" AND {condition} = ${place++}");
        }
        if (filter.MessageId is not null)
        {
            sql.Append(" AND d.seq >= (SELECT seq << 20 FROM messages WHERE id = $").Append(filter.Id is null ? 2 : 3)
                .Append(") AND d.seq < (SELECT (seq + 1) << 20 FROM messages WHERE id = $").Append(filter.Id is null ? 2 : 3).Append(')');
        }
        if (filter.State is not null)
            sql.Append(CultureInfo.InvariantCulture, $" AND d.state = ${place}");
        sql.Append(CultureInfo.InvariantCulture, $" ORDER BY d.seq LIMIT {Most} FOR UPDATE OF d FOR KEY SHARE OF m");
        return sql.ToString();
    }

    private void Bind(NpgsqlParameterCollection parameters)
    {
        var filter = change.Filter;
        parameters.Number(after);
        foreach (var value in new[] { filter.Id, filter.MessageId, filter.Destination })
        {
            if (value is not null)
                parameters.Text(value);
        }
        if (filter.State is { } state)
            parameters.State(state);
    }

    private static void Bind(NpgsqlParameterCollection parameters, List<(long Seq, SpooledDelivery After)> changed)
    {
        var replies = new ReplyArrays();
        changed.ForEach(one => replies.Add(one.After.LastReply));
        parameters
            .Numbers(changed.ConvertAll(one => one.Seq)).Texts(changed.ConvertAll(one => StoredText.Of(one.After.Destination)))
            .Column(NpgsqlDbType.Smallint, changed.ConvertAll(one => (short)one.After.State))
            .Column(NpgsqlDbType.Integer, changed.ConvertAll(one => one.After.Attempts))
            .Column(NpgsqlDbType.Bigint, changed.ConvertAll(one => StoredTime.OfNullable(one.After.QueuedAt)))
            .Numbers(changed.ConvertAll(one => StoredTime.Of(one.After.NextAttemptAt)))
            .Column(NpgsqlDbType.Bigint, changed.ConvertAll(one => StoredTime.OfNullable(one.After.EndedAt)))
            .Numbers(changed.ConvertAll(one => one.After.Version));
        replies.Bind(parameters);
    }
}
