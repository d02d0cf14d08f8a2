using InboundBridge.MailFlow.Spool.Postgres.Opening;
using InboundBridge.MailFlow.Spool.Postgres.Records;

namespace InboundBridge.MailFlow.Spool.Postgres.Writing;

/// <summary>
/// Removes mails of an import that is given up, in steps. A mail that has got another delivery meanwhile, for example by an operator, is
/// not the import's alone: it stays, and all its deliveries can be claimed.
/// </summary>
internal static class ImportRemoval
{
    private const int Step = 1000;

    public const string Count =
        $"SELECT count(DISTINCT d.seq >> 20), count(*) FROM deliveries d WHERE d.seq > 0 AND d.owner = '{ImportOwner.Name}'";

    private const string Next =
        $"SELECT d.seq FROM deliveries d WHERE d.seq > $1 AND d.owner = '{ImportOwner.Name}' ORDER BY d.seq LIMIT $2";

    private const string Others =
        "SELECT m.seq FROM messages m WHERE m.seq = ANY($1) AND EXISTS (SELECT 1 FROM deliveries d WHERE d.seq >= m.seq << 20 " +
        $"AND d.seq < (m.seq + 1) << 20 AND d.owner IS DISTINCT FROM '{ImportOwner.Name}')";

    private const string Keep =
        "UPDATE deliveries d SET owner = NULL, claimed_until = NULL FROM messages m WHERE m.seq = ANY($1) AND d.seq >= m.seq << 20 " +
        $"AND d.seq < (m.seq + 1) << 20 AND d.owner = '{ImportOwner.Name}'";

    /// <returns>Last: where the next step begins; 0 when nothing is left.</returns>
    public static async Task<(long Last, int Removed, int Kept)> RunAsync(StoreTransaction transaction, long after)
    {
        var found = await transaction.ReadAsync(
            Next, parameters => parameters.Number(after).Number(Step), row => row.GetInt64(0));
        if (found.Count == 0)
            return (0, 0, 0);
        List<long> messages = [.. found.Select(delivery => delivery >> PostgresSchema.OrdinalBits).Distinct()];
        await transaction.ReadAsync(RemovalSql.Lock, parameters => parameters.Numbers(messages), row => row.GetInt64(0));
        var others = await transaction.ReadAsync(Others, parameters => parameters.Numbers(messages), row => row.GetInt64(0));
        List<long> own = [.. messages.Except(others)];
        if (others.Count > 0)
            await transaction.RunAsync(Keep, parameters => parameters.Numbers(others));
        if (own.Count > 0)
            await transaction.RunCountingAsync(RemovalSql.Remove, (parameters, slot) => parameters.Slot(slot).Numbers(own));
        return (found[^1], own.Count, others.Count);
    }
}
