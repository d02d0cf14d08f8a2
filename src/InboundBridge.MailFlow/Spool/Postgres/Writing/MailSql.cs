using InboundBridge.MailFlow.Spool.Postgres.Records;

namespace InboundBridge.MailFlow.Spool.Postgres.Writing;

/// <summary>The statements that store messages and deliveries.</summary>
internal static class MailSql
{
    /// <summary>
    /// Any number of messages with their deliveries. The numbers of messages come from their identity, one by one and at this moment: of
    /// two mails of which one came after the reply to the other, the later one has the higher number, on whichever nodes they came in.
    /// </summary>
    public static readonly string InsertMails =
        $"WITH stored AS (INSERT INTO messages({MessageArrays.Names}) SELECT * FROM {MessageArrays.Rows} RETURNING seq, id) " +
        $"INSERT INTO deliveries({DeliveryArrays.Names}) SELECT (s.seq << 20) | r.ordinal, {DeliveryArrays.Values} " +
        $"FROM {DeliveryArrays.Rows(15)} JOIN stored s ON s.id = r.message";

    /// <summary>Deliveries of messages that are stored and whose rows are locked.</summary>
    public static readonly string AddDeliveries =
        $"INSERT INTO deliveries({DeliveryArrays.Names}) SELECT f.first + r.ordinal, {DeliveryArrays.Values} " +
        $"FROM {DeliveryArrays.Rows(1)} CROSS JOIN LATERAL (SELECT coalesce((SELECT max(x.seq) + 1 FROM deliveries x " +
        "WHERE x.seq >= m.seq << 20 AND x.seq < (m.seq + 1) << 20), m.seq << 20) AS first FROM messages m WHERE m.id = r.message) f";

    /// <summary>$1 the delivery's id.</summary>
    public const string AddAttempt =
        "INSERT INTO attempts(delivery, started_at, number, duration, outcome, reply, reply_code, reply_enhanced, reply_host) " +
        "SELECT d.seq, r.* FROM deliveries d, unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::integer[], " +
        "$8::text[], $9::text[]) AS r(started_at, number, duration, outcome, reply, code, enhanced, host) WHERE d.id = $1";
}
