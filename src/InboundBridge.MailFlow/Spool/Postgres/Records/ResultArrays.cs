using System.Text;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Json;
using Npgsql;
using NpgsqlTypes;

namespace InboundBridge.MailFlow.Spool.Postgres.Records;

/// <summary>
/// Results of attempts, a list for each column. One statement records each result whose version and claim still hold, with its attempt, and
/// counts it; it returns the ids of those that it recorded.
/// </summary>
internal sealed class ResultArrays
{
    /// <summary>
    /// <c>d</c> is locked by the update and <c>o</c> is the row as it was before; equal versions mean that nothing came between. A
    /// cancelled delivery is left to the transaction that looks at its message as well: it may have been erased.
    /// </summary>
    public const string Record =
        """
        WITH result AS (
          SELECT * FROM unnest($2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::smallint[], $7::integer[], $8::bigint[],
            $9::bigint[], $10::text[], $11::integer[], $12::text[], $13::text[], $14::text[], $15::boolean[], $16::bigint[],
            $17::integer[], $18::bigint[], $19::text[], $20::text[], $21::integer[], $22::text[], $23::text[])
          AS r(id, version, owner, fence, state, attempts, next_at, ended_at, last_reply, reply_code, reply_enhanced, reply_host, recipients,
            keeps, started_at, number, duration, outcome, a_reply, a_code, a_enhanced, a_host)),
        done AS (
          UPDATE deliveries d SET state = r.state, attempts = r.attempts, version = d.version + 1,
            next_at = r.next_at, ended_at = r.ended_at, last_reply = r.last_reply, reply_code = r.reply_code,
            reply_enhanced = r.reply_enhanced, reply_host = r.reply_host, recipients = coalesce(r.recipients, d.recipients),
            owner = CASE WHEN r.keeps THEN d.owner END, claimed_until = CASE WHEN r.keeps THEN d.claimed_until END
          FROM result r JOIN deliveries o ON o.id = r.id AND o.version = r.version
          WHERE d.seq = o.seq AND d.version = r.version AND d.state <> 5
            AND CASE WHEN r.owner IS NULL THEN d.owner IS NULL OR d.claimed_until <= spool_now()
              ELSE d.fence = r.fence AND (d.owner IS NULL OR d.owner = r.owner) END
          RETURNING d.seq, d.id, d.destination, d.state, o.state AS before),
        counted AS (
          INSERT INTO tallies(slot, destination, state, count)
          SELECT $1, c.destination, c.state, sum(c.change)
          FROM (SELECT destination, state, 1 AS change FROM done UNION ALL SELECT destination, before, -1 FROM done) c
          GROUP BY c.destination, c.state HAVING sum(c.change) <> 0 ORDER BY c.destination, c.state
          ON CONFLICT(slot, destination, state) DO UPDATE SET count = tallies.count + excluded.count),
        tried AS (
          INSERT INTO attempts(delivery, started_at, number, duration, outcome, reply, reply_code, reply_enhanced, reply_host)
          SELECT done.seq, r.started_at, r.number, r.duration, r.outcome, r.a_reply, r.a_code, r.a_enhanced, r.a_host
          FROM done JOIN result r ON r.id = done.id WHERE r.started_at IS NOT NULL
          ON CONFLICT(delivery, started_at) DO UPDATE SET number = excluded.number, duration = excluded.duration,
            outcome = excluded.outcome, reply = excluded.reply, reply_code = excluded.reply_code,
            reply_enhanced = excluded.reply_enhanced, reply_host = excluded.reply_host),
        dropped AS (
          DELETE FROM attempts a USING done JOIN result r ON r.id = done.id
          WHERE r.number > 100 AND a.delivery = done.seq AND a.number <= r.number - 100 AND a.started_at < r.started_at)
        SELECT id FROM done
        """;

    private readonly List<string> _ids = [];
    private readonly List<long> _versions = [];
    private readonly List<string?> _owners = [];
    private readonly List<long?> _fences = [];
    private readonly List<short> _states = [];
    private readonly List<int> _attempts = [];
    private readonly List<long> _next = [];
    private readonly List<long?> _ended = [];
    private readonly ReplyArrays _replies = new();
    private readonly List<string?> _recipients = [];
    private readonly List<bool> _keeps = [];
    private readonly List<long?> _started = [];
    private readonly List<int?> _numbers = [];
    private readonly List<long?> _durations = [];
    private readonly List<string?> _outcomes = [];
    private readonly ReplyArrays _attemptReplies = new();

    public int Count => _ids.Count;

    public void Add(DeliveryCompletion completion)
    {
        var delivery = completion.Delivery;
        _ids.Add(delivery.Id);
        _versions.Add(delivery.Version);
        _owners.Add(completion.Claim?.Owner);
        _fences.Add(completion.Claim?.Fence);
        _states.Add((short)delivery.State);
        _attempts.Add(delivery.Attempts);
        _next.Add(StoredTime.Of(delivery.NextAttemptAt));
        _ended.Add(StoredTime.OfNullable(delivery.EndedAt));
        _replies.Add(delivery.LastReply);
        _recipients.Add(completion.RecipientsChanged ? Encoding.UTF8.GetString(SpoolJson.Write(delivery.Recipients)) : null);
        _keeps.Add(completion.KeepsClaim && DeliveryTransitions.IsOpen(delivery.State));
        var attempt = completion.Attempt;
        _started.Add(StoredTime.OfNullable(attempt?.Started));
        _numbers.Add(attempt?.Number);
        _durations.Add((long?)attempt?.Duration.TotalMilliseconds);
        _outcomes.Add(attempt?.Outcome);
        _attemptReplies.Add(attempt?.Reply);
    }

    public void Bind(NpgsqlParameterCollection parameters, short slot)
    {
        parameters.Slot(slot)
            .Texts(_ids).Numbers(_versions).Column(NpgsqlDbType.Text, _owners).Column(NpgsqlDbType.Bigint, _fences)
            .Column(NpgsqlDbType.Smallint, _states).Column(NpgsqlDbType.Integer, _attempts).Numbers(_next)
            .Column(NpgsqlDbType.Bigint, _ended);
        _replies.Bind(parameters);
        parameters
            .Column(NpgsqlDbType.Text, _recipients).Column(NpgsqlDbType.Boolean, _keeps).Column(NpgsqlDbType.Bigint, _started)
            .Column(NpgsqlDbType.Integer, _numbers).Column(NpgsqlDbType.Bigint, _durations).Column(NpgsqlDbType.Text, _outcomes);
        _attemptReplies.Bind(parameters);
    }
}
