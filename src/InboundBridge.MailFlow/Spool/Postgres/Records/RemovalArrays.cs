using InboundBridge.MailFlow.Spool.Contract;
using Npgsql;
using NpgsqlTypes;

namespace InboundBridge.MailFlow.Spool.Postgres.Records;

/// <summary>
/// Deliveries that were delivered and whose messages are not kept, a list for each column. One statement deletes the delivery and its
/// message, where the version and the claim still hold and the message has no other delivery: a row that is about to be deleted need not be
/// updated first. It returns the ids of those that it deleted; the others are left to <see cref="ResultArrays"/>.
/// </summary>
internal sealed class RemovalArrays
{
    /// <summary>
    /// The rows of the messages must be locked by a statement before, so that nobody adds a delivery to them meanwhile. The state is
    /// compared in a form that no partial index has: while the tables are small the planner would read the index of all open deliveries.
    /// </summary>
    public const string Remove =
        """
        WITH d AS (
          DELETE FROM deliveries d USING unnest($2::text[], $3::bigint[], $4::text[], $5::bigint[]) AS r(id, version, owner, fence)
          WHERE d.id = r.id AND d.version = r.version AND d.state + 0 < 2
            AND CASE WHEN r.owner IS NULL THEN d.owner IS NULL OR d.claimed_until <= spool_now()
              ELSE d.fence = r.fence AND (d.owner IS NULL OR d.owner = r.owner) END
            AND NOT EXISTS (SELECT 1 FROM deliveries x
              WHERE x.seq >= (d.seq >> 20) << 20 AND x.seq < ((d.seq >> 20) + 1) << 20 AND x.seq <> d.seq)
          RETURNING d.seq, d.id, d.destination, d.state, d.attempts),
        a AS (DELETE FROM attempts a USING d WHERE d.attempts > 0 AND a.delivery = d.seq),
        g AS (DELETE FROM messages m USING d WHERE m.seq = d.seq >> 20 RETURNING m.seq, m.size, m.body),
        c AS (DELETE FROM chunks c USING g WHERE g.body = 1 AND c.message = g.seq),
        counted AS (
          INSERT INTO tallies(slot, destination, state, count) SELECT $1, t.destination, t.state, sum(t.change) FROM (
            SELECT destination, state, -1::bigint AS change FROM d UNION ALL SELECT '', -1, -1 FROM g
            UNION ALL SELECT '', -2, -size FROM g WHERE body <> 2) t
          GROUP BY t.destination, t.state HAVING sum(t.change) <> 0 ORDER BY t.destination, t.state
          ON CONFLICT(slot, destination, state) DO UPDATE SET count = tallies.count + excluded.count)
        SELECT id FROM d
        """;

    private readonly List<string> _ids = [];
    private readonly List<long> _versions = [];
    private readonly List<string?> _owners = [];
    private readonly List<long?> _fences = [];

    public void Add(DeliveryCompletion completion)
    {
        _ids.Add(completion.Delivery.Id);
        _versions.Add(completion.Delivery.Version);
        _owners.Add(completion.Claim?.Owner);
        _fences.Add(completion.Claim?.Fence);
    }

    public void Bind(NpgsqlParameterCollection parameters, short slot) => parameters.Slot(slot)
        .Texts(_ids).Numbers(_versions).Column(NpgsqlDbType.Text, _owners).Column(NpgsqlDbType.Bigint, _fences);
}
