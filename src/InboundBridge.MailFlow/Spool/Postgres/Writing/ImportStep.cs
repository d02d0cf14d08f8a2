using InboundBridge.MailFlow.Spool.Bodies;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Moving;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using NpgsqlTypes;

namespace InboundBridge.MailFlow.Spool.Postgres.Writing;

/// <summary>
/// Stores mails that come from another spool in one transaction, in their order, except those whose ids are in use. Their deliveries are
/// claimed, so that nodes which run leave them alone until the import is complete, and so that an import can be given up.
/// </summary>
internal sealed class ImportStep(IReadOnlyList<ArrivingMail> mails)
{
    private static readonly ClaimTerms Terms = new(ImportOwner.Name, Timeout.InfiniteTimeSpan);

    /// <summary>$1 the last delivery that was looked at, $2 how many to release.</summary>
    private const string Release =
        "UPDATE deliveries d SET owner = NULL, claimed_until = NULL FROM (" +
        $"SELECT seq FROM deliveries WHERE seq > $1 AND owner = '{ImportOwner.Name}' ORDER BY seq LIMIT $2 FOR UPDATE) r " +
        "WHERE d.seq = r.seq RETURNING d.seq, d.destination";

    private const int ReleaseStep = 5000;

    /// <returns>The number of mails that were stored.</returns>
    public async Task<int> RunAsync(StoreTransaction transaction)
    {
        var known = await transaction.ReadAsync(
            "SELECT id FROM messages WHERE id = ANY($1)", parameters => parameters.Texts([.. mails.Select(mail => mail.Mail.Message.Id)]),
            row => row.GetString(0));
        var ids = known.ToHashSet(StringComparer.Ordinal);
        var added = mails.Where(mail => ids.Add(mail.Mail.Message.Id)).ToList();
        // Numbers come in the order of the statements, so small mails share one only between two large ones.
        var small = new List<ArrivingMail>();
        foreach (var mail in added)
        {
            small.Add(mail);
            if (mail.Staged is not StagedMail { IsInFile: true } large)
                continue;
            await AddAsync(transaction, small);
            await transaction.AddChunksAsync(mail.Mail.Message.Id, large);
            small.Clear();
        }
        await AddAsync(transaction, small);
        return added.Count;
    }

    /// <summary>Releases the next deliveries that an import has claimed.</summary>
    /// <returns>The last of them, and their destinations; 0 when there are no more.</returns>
    public static async Task<(long Last, List<string> Destinations)> ReleaseAsync(StoreTransaction transaction, long after)
    {
        var released = await transaction.ReadAsync(
            Release, parameters => parameters.Number(after).Number(ReleaseStep),
            row => (Seq: row.GetInt64(0), Destination: row.GetString(1)));
        return released.Count == 0
            ? (0, [])
            : (released.Max(row => row.Seq), [.. released.Select(row => row.Destination).Distinct(StringComparer.Ordinal)]);
    }

    private static async Task AddAsync(StoreTransaction transaction, List<ArrivingMail> added)
    {
        if (added.Count == 0)
            return;
        var (messages, deliveries) = (new MessageArrays(), new DeliveryArrays(transaction.Seal));
        foreach (var (mail, staged) in added)
        {
            var (body, octets) = staged is not StagedMail own ? (StoredBody.Gone, default)
                : own.IsInFile ? (StoredBody.Chunks, own.Prelude) : (StoredBody.Inline, own.Buffer.Memory);
            messages.Add(mail.Message, body, octets);
            deliveries.AddClaimed(mail.Message.Id, mail.Deliveries.Select(moved => moved.Delivery), Terms);
            transaction.Tallies.CountMessage(1, staged is null ? 0 : mail.Message.Size);
            transaction.Tallies.CountAll([.. mail.Deliveries.Select(moved => moved.Delivery)]);
        }
        await transaction.RunAsync(
            MailSql.InsertMails,
            parameters =>
            {
                messages.Bind(parameters);
                deliveries.Bind(parameters);
            });
        foreach (var moved in added.SelectMany(mail => mail.Mail.Deliveries).Where(moved => moved.Attempts.Count > 0))
            await AddAttemptsAsync(transaction, moved);
    }

    private static Task<int> AddAttemptsAsync(StoreTransaction transaction, MovedDelivery moved) => transaction.RunAsync(
        MailSql.AddAttempt,
        parameters =>
        {
            var replies = new ReplyArrays();
            foreach (var attempt in moved.Attempts)
                replies.Add(attempt.Reply);
            parameters.Text(moved.Delivery.Id)
                .Numbers([.. moved.Attempts.Select(attempt => StoredTime.Of(attempt.Started))])
                .Numbers([.. moved.Attempts.Select(attempt => (long)attempt.Number)])
                .Numbers([.. moved.Attempts.Select(attempt => (long)attempt.Duration.TotalMilliseconds)])
                .Column(NpgsqlDbType.Text, moved.Attempts.Select(attempt => StoredText.Of(attempt.Outcome)).ToList());
            replies.Bind(parameters);
        });
}
