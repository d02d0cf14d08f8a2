using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using InboundBridge.MailFlow.Spool.Sealing;
using InboundBridge.MailFlow.Spool.Searching;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Claims;

/// <summary>Claims deliveries that a receiver collects, in the order of <see cref="CollectPlace"/>.</summary>
internal sealed class CollectedClaims(ClaimRows rows, OptionsSeal seal)
{
    /// <summary>Rows that one request reads; a destination may hold mail of many receivers.</summary>
    private const int RowsExamined = 1000;

    private static readonly string Candidates =
        $"SELECT d.seq, {DeliveryColumns.All} FROM {DeliveryColumns.Join} WHERE d.destination = $1 AND d.state = $2 AND d.state <> 2 " +
        $"AND d.seq > $3 AND {ClaimRows.IsFree} AND {ClaimRows.IsUnpaused("$1")} ORDER BY d.seq LIMIT $4";

    private const string Claim =
        $"UPDATE deliveries d SET {ClaimRows.Taken} FROM messages m WHERE d.seq = ANY($3) AND m.seq = d.seq >> 20 AND d.state < 2 " +
        $"AND {ClaimRows.IsFree} RETURNING {ClaimRows.Returned}";

    public async Task<ClaimResult> RunAsync(NpgsqlConnection connection, ClaimRequest request)
    {
        CollectPlace? place = CollectPlace.Read(request.After);
        var left = RowsExamined;
        while (place is { } current && left > 0)
        {
            var (chosen, last, seen) = await FindAsync(connection, request, current, left);
            left -= seen;
            if (chosen.Count > 0 || left <= 0)
            {
                var claimed = chosen.Count > 0 ? await ClaimAsync(connection, request, chosen) : [];
                return new ClaimResult(claimed, null) { Seen = (current with { After = last }).ToString() };
            }
            place = current.NextGroup;
        }
        return new ClaimResult([], null);
    }

    /// <returns>The numbers of deliveries to claim, the last one that was looked at, and how many were.</returns>
    private async Task<(List<long> Chosen, long Last, int Seen)> FindAsync(
        NpgsqlConnection connection, ClaimRequest request, CollectPlace place, int most)
    {
        await using var command = new NpgsqlCommand(Candidates, connection);
        command.Parameters.Text(request.Destination).State(place.State).Number(place.After).Number(most);
        await using var reader = await command.ExecuteReaderAsync();
        var (chosen, last, seen) = (new List<long>(), place.After, 0);
        while (chosen.Count < request.Limit && await reader.ReadAsync())
        {
            (last, seen) = (reader.GetInt64(0), seen + 1);
            if (DeliveryColumns.Read(reader, 1, seal).Recipients.Any(recipient => request.Collects!(recipient.Address)))
                chosen.Add(last);
        }
        return (chosen, last, seen);
    }

    private async Task<List<ClaimedDelivery>> ClaimAsync(NpgsqlConnection connection, ClaimRequest request, List<long> chosen)
    {
        await using var command = new NpgsqlCommand(Claim, connection);
        command.Parameters.Text(request.Terms.Owner).Number(ClaimLifetimes.Of(request.Terms)).Numbers(chosen);
        await using var reader = await command.ExecuteReaderAsync();
        var claimed = await rows.ReadAsync(reader);
        claimed.Sort(static (one, other) => one.Seq.CompareTo(other.Seq));
        return claimed.ConvertAll(one => one.Claimed);
    }
}
