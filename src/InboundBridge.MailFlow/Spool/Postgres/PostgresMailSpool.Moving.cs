using InboundBridge.MailFlow.Spool.Moving;
using InboundBridge.MailFlow.Spool.Postgres.Notices;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using InboundBridge.MailFlow.Spool.Postgres.Writing;

namespace InboundBridge.MailFlow.Spool.Postgres;

/// <content>Takes what was exported from another spool.</content>
public sealed partial class PostgresMailSpool
{
    /// <summary>Stores mails in their order, in one transaction. Those whose ids are in use are passed over.</summary>
    /// <returns>The number of mails that were stored.</returns>
    internal ValueTask<int> ImportAsync(IReadOnlyList<ArrivingMail> mails) => _writer.RunAsync(new ImportStep(mails).RunAsync);

    /// <summary>Lets nodes claim what was imported, in bounded transactions.</summary>
    internal async ValueTask ReleaseImportedAsync(CancellationToken cancellationToken)
    {
        for (var last = 0L; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (next, destinations) = await _writer.RunAsync(transaction => ImportStep.ReleaseAsync(transaction, last));
            if (destinations.Count == 0)
                return;
            _notices.Tell(NoticeKind.Work, destinations);
            last = next;
        }
    }

    /// <summary>What an import that is not complete has stored.</summary>
    internal ValueTask<HalfImport> CountImportedAsync() => _writer.RunAsync(async transaction =>
    {
        var counts = await transaction.ReadAsync(ImportRemoval.Count, _ => { }, row => new HalfImport(row.GetInt64(0), row.GetInt64(1)));
        return counts[0];
    });

    /// <summary>Removes it, in bounded transactions.</summary>
    /// <returns>The mails that stay, because they have got another delivery meanwhile.</returns>
    internal async ValueTask<long> RemoveImportedAsync(CancellationToken cancellationToken)
    {
        var kept = 0L;
        for (var last = 0L; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var step = await _writer.RunAsync(transaction => ImportRemoval.RunAsync(transaction, last));
            if (step.Last == 0)
                return kept;
            (last, kept) = (step.Last, kept + step.Kept);
        }
    }

    /// <summary>Puts a key of links in place of this spool's. Nodes that run take it at their next start.</summary>
    internal async ValueTask ReplaceLinkKeyAsync(byte[] key) => await _writer.RunAsync(transaction => transaction.RunAsync(
        "UPDATE keys SET value = $1 WHERE name = 'links'", parameters => parameters.Octets(key)));
}
