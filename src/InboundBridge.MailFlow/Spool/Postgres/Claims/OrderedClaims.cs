using System.Globalization;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Claims;

/// <summary>
/// Claims the oldest deliveries of a destination that keeps an order, for one owner at a time. Owners ask one after the other, under a lock
/// of the destination; whoever finds a claim of another owner gets nothing. Such an owner has the oldest deliveries, so it is enough to
/// look at those. What an import has stored that is not complete counts as not there yet.
/// </summary>
internal sealed class OrderedClaims(ClaimRows rows, TimeProvider clock)
{
    /// <summary>Deliveries that are looked at, at least: as many as the window of a destination with an order has.</summary>
    private const int Looks = 4096;

    private const string Alone =
        "SELECT pg_advisory_xact_lock(hashtextextended(('inboundbridge order ' || current_schema() || ' ' || $1) COLLATE \"C\", 0))";

    private static readonly string Claim =
        $"""
        WITH oldest AS MATERIALIZED ({Oldest("$3", "$5")}),
        picked AS MATERIALIZED (
          SELECT o.seq FROM oldest o WHERE (o.owner IS NULL OR o.claimed_until <= spool_now())
            AND NOT EXISTS (SELECT 1 FROM oldest x WHERE x.owner <> $1 AND x.claimed_until > spool_now())
            AND {ClaimRows.IsUnpaused("$3")}
          ORDER BY o.seq LIMIT $4)
        UPDATE deliveries d SET {ClaimRows.Taken} FROM picked p JOIN messages m ON m.seq = p.seq >> 20
        WHERE d.seq = p.seq AND d.state < 2 AND {ClaimRows.IsFree}
        RETURNING {ClaimRows.Returned}
        """;

    /// <summary>As for <see cref="DueClaims"/>, but any expiry of another owner's claim counts: before it nothing can be claimed.</summary>
    private static readonly string Next =
        $"""
        WITH oldest AS MATERIALIZED ({Oldest("$2", "$4")})
        SELECT (SELECT min(o.next_at) FROM oldest o WHERE (o.owner IS NULL OR o.claimed_until <= spool_now())
            AND NOT EXISTS (SELECT 1 FROM oldest x WHERE x.owner <> $1 AND x.claimed_until > spool_now())),
          (SELECT max(o.claimed_until - spool_now() + $3) FROM oldest o WHERE o.owner <> $1 AND o.claimed_until > spool_now()),
          {ClaimRows.PauseOf("$2")}
        """;

    public async Task<ClaimResult> RunAsync(NpgsqlConnection connection, ClaimRequest request)
    {
        await using var batch = connection.CreateBatch();
        var alone = new NpgsqlBatchCommand(Alone);
        alone.Parameters.Text(request.Destination);
        batch.BatchCommands.Add(alone);
        var looks = Math.Max(Looks, request.Limit);
        var claim = new NpgsqlBatchCommand(Claim);
        claim.Parameters
            .Text(request.Terms.Owner).Number(ClaimLifetimes.Of(request.Terms)).Text(request.Destination).Number(request.Limit)
            .Number(looks);
        batch.BatchCommands.Add(claim);
        var next = new NpgsqlBatchCommand(Next);
        next.Parameters
            .Text(request.Terms.Owner).Text(request.Destination).Number(StoredTime.Of(clock.GetUtcNow())).Number(looks);
        batch.BatchCommands.Add(next);
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.NextResultAsync();
        var claimed = await rows.ReadAsync(reader);
        claimed.Sort(static (one, other) => one.Seq.CompareTo(other.Seq));
        await reader.NextResultAsync();
        return await DueClaims.ReadResultAsync(reader, claimed.ConvertAll(one => one.Claimed));
    }

    private static string Oldest(string destination, string limit)
    {
        string Of(int state) => string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT d.seq, d.owner, d.claimed_until, d.next_at FROM deliveries d WHERE d.destination = {destination} " +
            $"AND d.state = {state} AND d.state <> 2 AND d.owner IS DISTINCT FROM '{ImportOwner.Name}' ORDER BY d.seq LIMIT {limit}");
        return $"(SELECT * FROM ({Of(0)}) p UNION ALL SELECT * FROM ({Of(1)}) r ORDER BY seq LIMIT {limit})";
    }
}
