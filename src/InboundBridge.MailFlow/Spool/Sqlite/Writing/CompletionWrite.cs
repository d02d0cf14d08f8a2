using System.Threading.Tasks.Sources;
using InboundBridge.MailFlow.Spool.Bodies;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Json;
using InboundBridge.MailFlow.Spool.Sqlite.Claims;
using InboundBridge.MailFlow.Spool.Sqlite.Records;

namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>Records the result of an attempt with everything that follows from it.</summary>
internal sealed class CompletionWrite(
    DeliveryCompletion completion, IReadOnlyList<CommitWrite> followUps, SpoolOptions options, ClaimTable claims, RecentBodies recent,
    Action<string> deleteFile) : SpoolWrite, IValueTaskSource<CompletionResult>
{
    private const string Delivered =
        "UPDATE deliveries SET state = 2, attempts = ?2, next_at = ?3, ended_at = ?4, last_reply = ?5, reply_code = ?6, " +
        "reply_enhanced = ?7, reply_host = ?8, version = version + 1 WHERE seq = ?1";

    private const string Ended =
        "UPDATE deliveries SET state = ?2, attempts = ?3, next_at = ?4, ended_at = ?5, last_reply = ?6, recipients = coalesce(?7, recipients), " +
        "reply_code = ?8, reply_enhanced = ?9, reply_host = ?10, version = version + 1 WHERE seq = ?1";

    private readonly DeliveryRow[] _added = [.. completion.Added.Select(delivery => new DeliveryRow(delivery))];
    private readonly byte[]? _recipients = completion.RecipientsChanged ? SpoolJson.Write(completion.Delivery.Recipients) : null;

    /// <summary>What becomes of the message if this was its last open delivery.</summary>
    private readonly RetentionVerdict _verdict = completion.Delivery.State == DeliveryState.Delivered && completion.Added.Count == 0
        ? RetentionRules.AtLastDelivery(options)
        : RetentionVerdict.Keep;

    private readonly List<string> _files = [];

    /// <summary>
    /// The message was erased during the attempt: of its result only a delivery was recorded, and nothing that follows from it.
    /// </summary>
    private bool _isErased;

    public CompletionResult Result { get; private set; }

    /// <summary>False: the new messages that should follow were not stored.</summary>
    public bool KeepsFollowUps => Result == CompletionResult.Recorded && !_isErased;

    /// <summary>Ends when the result is durable. To be awaited once, instead of <see cref="SpoolWrite.Completion"/>.</summary>
    public ValueTask<CompletionResult> Answer => new(this, Token);

    public override bool CanLinger => followUps.Count == 0;

    public override bool IsSoonOver => true;

    public override bool HasFile => followUps.Any(mail => mail.HasFile);

    /// <summary>Claims the new deliveries before anybody can find them in the database.</summary>
    public void Claim()
    {
        claims.Add(completion.Added, completion.AddedClaims);
        foreach (var mail in followUps)
            mail.Claim();
    }

    public override void Apply(WriterSession session)
    {
        _files.Clear();
        _isErased = false;
        Result = Check(session, out var stored);
        if (Result != CompletionResult.Recorded)
            return;
        // A delivery that is completed under a claim can't be claimed by others before the claim ends.
        if (completion.Claim is null)
            claims.BeginChange(completion.Delivery.Id);
        if (stored.State == DeliveryState.Cancelled && MessageRemoval.IsGone(session, stored.MessageSeq))
            EndErased(session, stored);
        else
            Record(session, stored);
    }

    public override void Committed()
    {
        if (Result is CompletionResult.Recorded or CompletionResult.Gone)
        {
            var isOpen = Result == CompletionResult.Recorded && DeliveryTransitions.IsOpen(completion.Delivery.State);
            claims.EndChange(completion.Delivery.Id, isOpen, endsClaim: !isOpen || !completion.KeepsClaim);
            if (!isOpen)
                recent.Done(completion.Delivery.MessageId);
        }
        if (!KeepsFollowUps)
            Unclaim();
        else
        {
            foreach (var mail in followUps)
                mail.Committed();
        }
        foreach (var file in _files)
            deleteFile(file);
    }

    CompletionResult IValueTaskSource<CompletionResult>.GetResult(short token)
    {
        GetResult(token);
        return Result;
    }

    protected override void Failed()
    {
        if (completion.Claim is null)
            claims.EndChange(completion.Delivery.Id, isOpen: true, endsClaim: false);
        Unclaim();
    }

    private void Unclaim()
    {
        claims.Drop(completion.Added, completion.AddedClaims);
        foreach (var mail in followUps)
            mail.Unclaim();
    }

    private CompletionResult Check(WriterSession session, out StoredDelivery stored)
    {
        if (!TryFind(session, completion.Delivery.Id, out stored))
            return CompletionResult.Gone;
        if (!claims.Allows(completion.Delivery.Id, completion.Claim))
            return CompletionResult.ClaimLost;
        return stored.Version == completion.Delivery.Version ? CompletionResult.Recorded : CompletionResult.Changed;
    }

    private void Record(WriterSession session, in StoredDelivery stored)
    {
        var verdict = stored.IsOnlyOneLeft ? _verdict : RetentionVerdict.Keep;
        if (verdict == RetentionVerdict.Remove && followUps.Count == 0)
        {
            // No row is updated that the same transaction deletes.
            MessageRemoval.Remove(session, stored, _files);
            return;
        }
        var (seq, delivery) = (stored.Seq, completion.Delivery);
        session.Count(stored.Destination, stored.State, -1);
        session.Count(delivery.Destination, delivery.State, 1);
        Update(session, seq, delivery);
        if (completion.Attempt is { } attempt)
            session.AddAttempt(seq, attempt);
        if (_added.Length > 0)
            session.InsertDeliveries(session.NextDeliverySeq(seq >> SpoolSchema.OrdinalBits), _added);
        foreach (var mail in followUps)
            mail.Apply(session);
        if (verdict == RetentionVerdict.DropOctets)
            MessageRemoval.DropOctets(session, seq >> SpoolSchema.OrdinalBits, _files);
    }

    /// <summary>Nothing else is kept: a destination's reply may quote the erased mail, and a bounce would.</summary>
    private void EndErased(WriterSession session, in StoredDelivery stored)
    {
        _isErased = true;
        if (completion.Delivery.State != DeliveryState.Delivered)
            return;
        session.Count(stored.Destination, stored.State, -1);
        session.Count(stored.Destination, DeliveryState.Delivered, 1);
        session.Statement(
            "UPDATE deliveries SET state = 2, attempts = ?2, next_at = ?3, ended_at = ?4, last_reply = NULL, version = version + 1 WHERE seq = ?1")
            .Bind(1, stored.Seq).Bind(2, completion.Delivery.Attempts).Bind(3, completion.Delivery.NextAttemptAt)
            .Bind(4, completion.Delivery.EndedAt).Run();
    }

    private void Update(WriterSession session, long seq, SpooledDelivery delivery)
    {
        if (delivery.State == DeliveryState.Delivered && _recipients is null)
        {
            session.Statement(Delivered)
                .Bind(1, seq).Bind(2, delivery.Attempts).Bind(3, delivery.NextAttemptAt).Bind(4, delivery.EndedAt)
                .Bind(5, delivery.LastReply?.Text).BindReplyCodes(6, delivery.LastReply).Run();
            return;
        }
        session.Statement(Ended)
            .Bind(1, seq).Bind(2, (long)delivery.State).Bind(3, delivery.Attempts).Bind(4, delivery.NextAttemptAt).Bind(5, delivery.EndedAt)
            .Bind(6, delivery.LastReply?.Text).BindText(7, _recipients).BindReplyCodes(8, delivery.LastReply).Run();
    }

    private static bool TryFind(WriterSession session, string id, out StoredDelivery stored)
    {
        var row = session.Statement(StoredDelivery.Select).Bind(1, id);
        var isThere = row.Step();
        stored = isThere ? StoredDelivery.Read(row) : default;
        row.Reset();
        return isThere;
    }
}
