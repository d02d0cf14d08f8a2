namespace InboundBridge.MailFlow.Spool.Postgres.Writing;

/// <summary>
/// The statements that delete messages or their octets, and count that. The rows of the messages must be locked by a statement before
/// (<see cref="Lock"/>, <see cref="LockById"/>), so that nobody adds a delivery between the look and the deletion. $1 is the slot of the
/// tallies.
/// </summary>
internal static class RemovalSql
{
    public const string Lock = "SELECT seq FROM messages WHERE seq = ANY($1) ORDER BY seq FOR UPDATE";

    public const string LockById = "SELECT seq FROM messages WHERE id = ANY($1) ORDER BY seq FOR UPDATE";

    /// <summary>$2 numbers of messages.</summary>
    public const string Remove = $"WITH gone AS (SELECT m.seq, m.size, m.body FROM messages m WHERE m.seq = ANY($2)), {RemoveGone}";

    /// <summary>$2 numbers of messages.</summary>
    public const string DropOctets =
        $"WITH gone AS (SELECT m.seq, m.size, m.body FROM messages m WHERE m.seq = ANY($2) AND m.body <> 2), {DropGone}";

    /// <summary>$2 ids of messages; those go of which every delivery is delivered.</summary>
    public const string RemoveDelivered = $"WITH gone AS ({Delivered}), {RemoveGone}";

    /// <summary>$2 ids of messages; the octets of those go of which every delivery is delivered.</summary>
    public const string DropDelivered = $"WITH gone AS ({Delivered} AND m.body <> 2), {DropGone}";

    private const string Delivered =
        "SELECT m.seq, m.size, m.body FROM messages m WHERE m.id = ANY($2) AND NOT EXISTS (SELECT 1 FROM deliveries d " +
        "WHERE d.seq >= m.seq << 20 AND d.seq < (m.seq + 1) << 20 AND d.state <> 2)";

    private const string Count =
        " GROUP BY t.destination, t.state HAVING sum(t.change) <> 0 ORDER BY t.destination, t.state " +
        "ON CONFLICT(slot, destination, state) DO UPDATE SET count = tallies.count + excluded.count";

    private const string RemoveGone =
        """
        d AS (DELETE FROM deliveries d USING gone WHERE d.seq >= gone.seq << 20 AND d.seq < (gone.seq + 1) << 20
          RETURNING d.destination, d.state),
        a AS (DELETE FROM attempts a USING gone WHERE a.delivery >= gone.seq << 20 AND a.delivery < (gone.seq + 1) << 20),
        c AS (DELETE FROM chunks c USING gone WHERE gone.body = 1 AND c.message = gone.seq),
        g AS (DELETE FROM messages m USING gone WHERE m.seq = gone.seq RETURNING gone.size, gone.body)
        INSERT INTO tallies(slot, destination, state, count) SELECT $1, t.destination, t.state, sum(t.change) FROM (
          SELECT destination, state, -1::bigint AS change FROM d UNION ALL SELECT '', -1, -1 FROM g
          UNION ALL SELECT '', -2, -size FROM g WHERE body <> 2) t
        """ + Count;

    private const string DropGone =
        """
        c AS (DELETE FROM chunks c USING gone WHERE gone.body = 1 AND c.message = gone.seq),
        g AS (UPDATE messages m SET body = 2, octets = NULL, prelude_length = 0 FROM gone WHERE m.seq = gone.seq RETURNING gone.size)
        INSERT INTO tallies(slot, destination, state, count) SELECT $1, t.destination, t.state, sum(t.change) FROM (
          SELECT '' AS destination, -2 AS state, -size AS change FROM g) t
        """ + Count;
}
