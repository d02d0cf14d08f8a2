using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using InboundBridge.MailFlow.Spool.Postgres.Writing;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Changing;

/// <summary>
/// Records the result of an attempt in a transaction of its own: where something follows from it, where the message may have been erased,
/// and where somebody has to be told why the result does not count.
/// </summary>
internal sealed class SingleCompletion(DeliveryCompletion completion, RetentionVerdict verdict)
{
    private const string Find =
        "SELECT d.seq, d.destination, d.state, d.version, d.owner, d.fence, coalesce(d.claimed_until <= spool_now(), true), m.body " +
        $"FROM {DeliveryColumns.Join} WHERE d.id = $1 FOR UPDATE";

    private const string EndErased =
        "UPDATE deliveries SET state = 2, attempts = $2, next_at = $3, ended_at = $4, last_reply = NULL, reply_code = NULL, " +
        "reply_enhanced = NULL, reply_host = NULL, version = version + 1, owner = NULL, claimed_until = NULL WHERE seq = $1";

    private static readonly string RecordAny = ResultArrays.Record.Replace(" AND d.state <> 5", string.Empty, StringComparison.Ordinal);

    /// <summary>The message was erased during the attempt. Its new deliveries and bounces were not stored.</summary>
    public bool IsErased { get; private set; }

    public async Task<CompletionResult> RunAsync(StoreTransaction transaction)
    {
        IsErased = false;
        var found = await transaction.ReadAsync(Find, parameters => parameters.Text(completion.Delivery.Id), Read);
        if (found is not [var stored])
            return CompletionResult.Gone;
        if (!IsClaimed(stored))
            return CompletionResult.ClaimLost;
        if (stored.Version != completion.Delivery.Version)
            return CompletionResult.Changed;
        if (stored.State == DeliveryState.Cancelled && stored.Body == StoredBody.Gone)
            await EndErasedAsync(transaction, stored);
        else
            await RecordAsync(transaction);
        return CompletionResult.Recorded;
    }

    private static Stored Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), (DeliveryState)row.GetInt16(2), row.GetInt64(3), row.TextOrNull(4), row.GetInt64(5),
        row.GetBoolean(6), (StoredBody)row.GetInt16(7));

    private bool IsClaimed(Stored stored) => completion.Claim is { } claim
        ? stored.Fence == claim.Fence && (stored.Owner is null || stored.Owner == claim.Owner)
        : stored.Owner is null || stored.IsExpired;

    private async Task RecordAsync(StoreTransaction transaction)
    {
        var delivery = completion.Delivery;
        var result = new ResultArrays();
        result.Add(completion);
        await transaction.RunCountingAsync(RecordAny, result.Bind);
        await transaction.AddDeliveriesAsync(delivery.MessageId, completion.Added, completion.AddedClaims);
        foreach (var mail in completion.FollowUps)
            await transaction.AddMailAsync(mail);
        if (verdict == RetentionVerdict.DropOctets)
            await RemoveAsync(transaction, RemovalSql.DropDelivered);
        else if (verdict == RetentionVerdict.Remove && completion.FollowUps.Count == 0)
            await RemoveAsync(transaction, RemovalSql.RemoveDelivered);
    }

    private Task<int> RemoveAsync(StoreTransaction transaction, string sql) =>
        transaction.RunCountingAsync(sql, (parameters, slot) => parameters.Slot(slot).Texts([completion.Delivery.MessageId]));

    /// <summary>Nothing else is kept: a destination's reply may quote the erased mail, and a bounce would.</summary>
    private async Task EndErasedAsync(StoreTransaction transaction, Stored stored)
    {
        IsErased = true;
        if (completion.Delivery.State != DeliveryState.Delivered)
        {
            await transaction.RunAsync(
                "UPDATE deliveries SET owner = NULL, claimed_until = NULL WHERE seq = $1", parameters => parameters.Number(stored.Seq));
            return;
        }
        transaction.Tallies.Count(stored.Destination, stored.State, -1);
        transaction.Tallies.Count(stored.Destination, DeliveryState.Delivered, 1);
        await transaction.RunAsync(
            EndErased,
            parameters => parameters.Number(stored.Seq).Number(completion.Delivery.Attempts)
                .Number(StoredTime.Of(completion.Delivery.NextAttemptAt)).NumberOrNull(StoredTime.OfNullable(completion.Delivery.EndedAt)));
    }

    private sealed record Stored(
        long Seq, string Destination, DeliveryState State, long Version, string? Owner, long Fence, bool IsExpired, StoredBody Body);
}
