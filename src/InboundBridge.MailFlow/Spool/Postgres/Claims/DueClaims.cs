using System.Globalization;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Claims;

/// <summary>
/// Claims the deliveries of a destination that are due first, in one statement for all of them. A row that another transaction holds is
/// passed over (SKIP LOCKED): whoever has it is about to claim or to change it.
/// </summary>
internal sealed class DueClaims(ClaimRows rows, TimeProvider clock)
{
    /// <summary>
    /// Rows that are looked at for <see cref="ClaimResult.Next"/>: more than the windows of several nodes. Beyond them the queue asks again
    /// after some seconds anyway.
    /// </summary>
    private const int NextLooks = 4096;

    private static readonly string Claim =
        $"""
        WITH picked AS MATERIALIZED (
          SELECT d.seq FROM deliveries d
          WHERE d.destination = $3 AND d.state < 2 AND d.next_at < $4 AND {ClaimRows.IsFree}
            AND {ClaimRows.IsUnpaused("$3")}
          ORDER BY d.next_at, d.seq LIMIT $5 FOR UPDATE SKIP LOCKED)
        UPDATE deliveries d SET {ClaimRows.Taken} FROM picked p JOIN messages m ON m.seq = p.seq >> 20 WHERE d.seq = p.seq
        RETURNING {ClaimRows.Returned}
        """;

    /// <summary>
    /// When the next delivery is due that nobody has claimed, or a claim of another owner expires. Milliseconds from now by the database's
    /// clock for the second, so that the clocks of node and database need not agree.
    /// </summary>
    private static readonly string Next =
        $"SELECT {DueOf("$2")}, {ExpiryOf("$2", owner: "$1", now: "$3")}, {ClaimRows.PauseOf("$2")}";

    /// <summary>When the next delivery is due that nobody has claimed, or null; a value to select.</summary>
    public static string DueOf(string destination) =>
        $"(SELECT d.next_at FROM deliveries d WHERE d.destination = {destination} AND d.state < 2 AND {ClaimRows.IsFree} " +
        "ORDER BY d.next_at, d.seq LIMIT 1)";

    /// <summary>When the first claim of another owner expires whose delivery is due by then, or null; a value to select.</summary>
    /// <param name="now">The parameter with the time by the node's clock.</param>
    public static string ExpiryOf(string destination, string owner, string now) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        (SELECT min(greatest(e.claimed_until - spool_now() + {now}, e.next_at)) FROM (
          SELECT d.owner, d.claimed_until, d.next_at FROM deliveries d WHERE d.destination = {destination} AND d.state < 2
          ORDER BY d.next_at, d.seq LIMIT {NextLooks}) e WHERE e.owner <> {owner} AND e.claimed_until > spool_now())
        """);

    public async Task<ClaimResult> RunAsync(NpgsqlConnection connection, ClaimRequest request)
    {
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(ClaimOf(request));
        batch.BatchCommands.Add(NextOf(request, clock.GetUtcNow()));
        await using var reader = await batch.ExecuteReaderAsync();
        var claimed = await rows.ReadAsync(reader);
        claimed.Sort(static (one, other) => (one.Claimed.Delivery.NextAttemptAt, one.Seq)
            .CompareTo((other.Claimed.Delivery.NextAttemptAt, other.Seq)));
        await reader.NextResultAsync();
        return await ReadResultAsync(reader, claimed.ConvertAll(one => one.Claimed));
    }

    public static NpgsqlBatchCommand NextOf(ClaimRequest request, DateTimeOffset now)
    {
        var command = new NpgsqlBatchCommand(Next);
        command.Parameters.Text(request.Terms.Owner).Text(request.Destination).Number(StoredTime.Of(now));
        return command;
    }

    /// <summary>Reads the row of what comes next: a due time, an expiry, and why the destination is paused.</summary>
    public static async Task<ClaimResult> ReadResultAsync(NpgsqlDataReader reader, List<ClaimedDelivery> claimed)
    {
        await reader.ReadAsync();
        var (due, expiry) = (reader.TimeOrNull(0), reader.TimeOrNull(1));
        var pause = await reader.IsDBNullAsync(2) ? null : reader.GetString(2);
        return new ClaimResult(claimed, due < expiry ? due : expiry ?? due) { Pause = pause };
    }

    private static NpgsqlBatchCommand ClaimOf(ClaimRequest request)
    {
        var command = new NpgsqlBatchCommand(Claim);
        command.Parameters
            .Text(request.Terms.Owner).Number(ClaimLifetimes.Of(request.Terms)).Text(request.Destination)
            .Number(StoredTime.Of(request.DueBefore)).Number(request.Limit);
        return command;
    }
}
