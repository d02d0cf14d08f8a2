using InboundBridge.MailFlow.Spool.Postgres.Changing;
using InboundBridge.MailFlow.Spool.Postgres.Notices;
using InboundBridge.MailFlow.Spool.Postgres.Reading;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using InboundBridge.MailFlow.Spool.Postgres.Writing;

namespace InboundBridge.MailFlow.Spool.Postgres;

/// <content>
/// Pauses. Every claim looks at their table, so a pause is in force from its commit on, however it was made. A transaction that claims the
/// deliveries which it stores tells this node of the pauses that it has found. Notices only make the others look sooner.
/// </content>
public sealed partial class PostgresMailSpool
{
    /// <inheritdoc/>
    public Action<IReadOnlyDictionary<string, string>?>? PausesHeard { get; set; }

    public ValueTask<IReadOnlyDictionary<string, string>> ReadPausesAsync(CancellationToken cancellationToken) =>
        _connections.ReadAsync(StoreReads.PausesAsync, cancellationToken);

    public async ValueTask SetPauseAsync(string destination, string? reason, CancellationToken cancellationToken)
    {
        await _writer.RunAsync(transaction => MemoryWrites.SetPauseAsync(transaction, destination, reason));
        _notices.Tell(NoticeKind.Pauses, [destination]);
    }

    /// <summary>Runs work that may claim the deliveries which it stores.</summary>
    private async ValueTask<T> RunClaimingAsync<T>(Func<StoreTransaction, Task<T>> work)
    {
        List<KeyValuePair<string, string>> pauses = [];
        var result = await _writer.RunAsync(async transaction =>
        {
            var done = await work(transaction);
            pauses = transaction.HasClaimed ? await transaction.ReadAsync(PauseRows.All, static _ => { }, PauseRows.Read) : [];
            return done;
        });
        TellOfPauses(pauses);
        return result;
    }

    private void TellOfPauses(List<KeyValuePair<string, string>> pauses)
    {
        if (pauses.Count > 0)
            PausesHeard?.Invoke(new Dictionary<string, string>(pauses, StringComparer.Ordinal));
    }
}
