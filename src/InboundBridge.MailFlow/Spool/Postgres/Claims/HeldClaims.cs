using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using Npgsql;
using NpgsqlTypes;

namespace InboundBridge.MailFlow.Spool.Postgres.Claims;

/// <summary>Renews and ends claims, in steps of many. A claim that is not the latest of its delivery matches no row.</summary>
internal static class HeldClaims
{
    /// <summary>Claims of one statement; it bounds how long their rows are held.</summary>
    private const int Step = 1000;

    /// <summary>
    /// No index has these columns, so the new version of a row stays on its page where there is room. A delivery that an operator has
    /// cancelled at another node has ended: its owner hears of it here, and does not attempt it any more.
    /// </summary>
    private const string Renewal =
        "UPDATE deliveries d SET claimed_until = spool_now() + $4 FROM unnest($1::text[], $2::text[], $3::bigint[]) AS r(id, owner, fence) " +
        "WHERE d.id = r.id AND d.owner = r.owner AND d.fence = r.fence AND d.state < 2 RETURNING d.id";

    private const string End =
        "UPDATE deliveries d SET owner = NULL, claimed_until = NULL FROM unnest($1::text[], $2::text[], $3::bigint[]) AS r(id, owner, fence) " +
        "WHERE d.id = r.id AND d.owner = r.owner AND d.fence = r.fence RETURNING CASE WHEN d.state < 2 THEN d.destination ELSE '' END";

    /// <returns>The ids of those that are not renewed.</returns>
    public static async Task<IReadOnlyList<string>> RenewAsync(
        NpgsqlConnection connection, ClaimTerms terms, IReadOnlyList<DeliveryClaim> claims)
    {
        var lost = new List<string>();
        foreach (var step in claims.Chunk(Step))
        {
            await using var command = CommandFor(connection, Renewal, step);
            command.Parameters.Number(ClaimLifetimes.Of(terms));
            var renewed = await ReadAsync(command);
            lost.AddRange(step.Select(claim => claim.DeliveryId).Where(id => !renewed.Contains(id)));
        }
        return lost;
    }

    /// <returns>The destinations whose deliveries anybody can claim now.</returns>
    public static async Task<IReadOnlyCollection<string>> ReleaseAsync(NpgsqlConnection connection, IReadOnlyList<DeliveryClaim> claims)
    {
        var destinations = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in claims.Chunk(Step))
        {
            await using var command = CommandFor(connection, End, step);
            destinations.UnionWith(await ReadAsync(command));
        }
        destinations.Remove(string.Empty);
        return destinations;
    }

    private static NpgsqlCommand CommandFor(NpgsqlConnection connection, string sql, DeliveryClaim[] claims)
    {
        var command = new NpgsqlCommand(sql, connection);
        command.Parameters
            .Texts([.. claims.Select(claim => claim.DeliveryId)]).Texts([.. claims.Select(claim => claim.Owner)])
            .Column(NpgsqlDbType.Bigint, claims.Select(claim => claim.Fence).ToList());
        return command;
    }

    private static async Task<HashSet<string>> ReadAsync(NpgsqlCommand command)
    {
        await using var reader = await command.ExecuteReaderAsync();
        var texts = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync())
            texts.Add(reader.GetString(0));
        return texts;
    }
}
