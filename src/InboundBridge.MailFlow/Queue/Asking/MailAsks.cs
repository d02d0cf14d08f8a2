using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Tracing;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue.Asking;

/// <summary>
/// Asks destinations about a mail while its sender waits for the reply to the data (<c>mode: sync</c>). Until all have answered, nothing is
/// promised and nothing is stored.
/// <list type="table">
/// <listheader><term>moment</term><description>on disk, and what a kill leaves</description></listheader>
/// <item><term>the mail arrives, a destination is asked, it has answered</term><description>Nothing but the staged octets of a large mail,
/// which the next start deletes. The mail is forgotten. The sender heard nothing and comes again; the destination sees the same
/// webhook-id (<see cref="AskedIds"/>).</description></item>
/// <item><term>a destination has refused</term><description>Nothing, now or later.</description></item>
/// <item><term>committed, the sender has no 250 yet</term><description>The message with all its deliveries, in one transaction: delivered
/// or ended where a destination said so, and open where the queue takes over. Nothing is lost. A sender who heard nothing comes again: the
/// destination is asked again with the same webhook-id, unless the first mail or a repeat of it still waits in the queue. Then this one is
/// queued too, so that no mail is delivered later that its sender believes refused.</description></item>
/// <item><term>250 is sent</term><description>The same. From here on the mail is like any other.</description></item>
/// </list>
/// A slow destination holds nothing but the sessions of its own mails: as many as its <c>concurrency</c> wait, each for its time at most;
/// all others are queued at once. Asking takes no worker of the queue.
/// </summary>
public sealed class MailAsks
{
    private readonly IMailSpool _spool;
    private readonly AskScheduler _scheduler;
    private readonly AskJudge _judge;
    private readonly AskedMails _mails;
    private readonly AskedIds _ids;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CancellationToken _shutdown;
    private readonly AsksUnderWay _underWay = new();
    private AskTable _table = AskTable.Empty;

    internal MailAsks(
        IMailSpool spool, AskScheduler scheduler, AskJudge judge, AskedMails mails, AskedIds ids, TimeProvider clock, ILogger log,
        CancellationToken shutdown)
    {
        (_spool, _scheduler, _judge, _mails, _ids) = (spool, scheduler, judge, mails, ids);
        (_clock, _log, _shutdown) = (clock, log, shutdown);
    }

    internal void Replace(AskTable table) => Volatile.Write(ref _table, table);

    /// <summary>Whether a destination of these deliveries has to be asked first. Asked for every mail: it must cost nothing.</summary>
    public bool Wants(IReadOnlyList<SpooledDelivery> deliveries)
    {
        var table = Volatile.Read(ref _table);
        for (var index = 0; index < deliveries.Count; index++)
        {
            if (table.Find(deliveries[index]) is not null)
                return true;
        }
        return false;
    }

    /// <summary>
    /// Asks all destinations that want it, at the same time. Returns within the longest <see cref="AskOptions.Timeout"/> of them. The
    /// caller disposes of the answers after <see cref="KeepAsync"/>.
    /// </summary>
    /// <param name="staged">Sealed. It must live until this returns.</param>
    /// <exception cref="SpoolUnavailableException">The spool can't tell whether it has the mail.</exception>
    public async ValueTask<MailAnswers> AskAsync(
        StagedMessage staged, SpooledMessage message, IReadOnlyList<SpooledDelivery> deliveries, CancellationToken cancellationToken)
    {
        // The octets are hashed and the spool is read: neither may hold the thread that polls the sockets of other sessions.
        await Task.Yield();
        var table = Volatile.Read(ref _table);
        var answers = new AskAnswer[deliveries.Count];
        var (entered, waits) = (new List<string>(1), new List<Task>(1));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            for (var index = 0; index < deliveries.Count; index++)
            {
                var delivery = deliveries[index];
                answers[index] = new AskAnswer(delivery);
                if (table.Find(delivery) is not { } options)
                    continue;
                var ordinal = 0;
                string id;
                do
                    id = await _ids.OfAsync(staged.Content, message.Envelope.Sender, delivery, ordinal++, cancellationToken);
                while (!seen.Add(id));
                if (_underWay.TryEnter(id))
                    entered.Add(id);
                else
                {
                    answers[index] = InAnotherSession(delivery);
                    continue;
                }
                waits.Add(FillAsync(answers, index, staged.Content, message, delivery with { Id = id }, options, cancellationToken));
            }
            await Task.WhenAll(waits);
            return new MailAnswers(answers, _underWay, entered);
        }
        catch
        {
            // The mail's octets belong to the caller, who frees them when this throws.
            await Task.WhenAll(waits).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _underWay.Leave(entered);
            throw;
        }
    }

    /// <summary>Makes an accepted mail durable with what was answered, and reports what came of the deliveries.</summary>
    /// <param name="records">What is left to be stored; empty when the mail is refused.</param>
    /// <exception cref="SpoolUnavailableException">Nothing was kept.</exception>
    public ValueTask KeepAsync(
        StagedMessage staged, SpooledMessage message, IReadOnlyList<SpooledDelivery> records, MailAnswers answers,
        CancellationToken cancellationToken) => _mails.KeepAsync(staged, message, records, answers, cancellationToken);

    private static AskAnswer InAnotherSession(SpooledDelivery delivery) => new(delivery)
    {
        Refusal = new AskRefusal(
            delivery.Destination, IsTemporary: true, string.Empty, $"{delivery.Destination}: is being asked about the same mail"),
    };

    private async Task FillAsync(
        AskAnswer[] answers, int index, MailContent content, SpooledMessage message, SpooledDelivery delivery, AskOptions options,
        CancellationToken cancellationToken) =>
        answers[index] = await AskAsync(content, message, delivery, options, cancellationToken);

    private async ValueTask<AskAnswer> AskAsync(
        MailContent content, SpooledMessage message, SpooledDelivery delivery, AskOptions options, CancellationToken cancellationToken)
    {
        // An earlier repeat of the mail may wait under an id of its own.
        if (await _spool.FindRepeatedAsync(delivery.Id, cancellationToken) is { } earlier)
        {
            delivery = delivery with { Id = AskedIds.Again(delivery.Id, message.Id) };
            if (DeliveryTransitions.IsOpen(earlier))
                return new AskAnswer(delivery);
        }
        if (_scheduler.TryBegin(delivery.Destination, out var use) is not { } destination)
            return new AskAnswer(delivery);
        var verdict = new AskVerdict(new AskAnswer(delivery), CircuitEvidence.None, null);
        try
        {
            var attempt = new DeliveryAttempt(delivery, message, content, 1) { Ask = AskTime.From(_clock, options.Timeout) };
            var startedAt = _clock.GetUtcNow();
            if (await AnswerAsync(destination, use!.Target, attempt, cancellationToken) is { } outcome)
                verdict = _judge.Judge(destination, attempt, outcome, startedAt);
        }
        finally
        {
            _scheduler.End(destination, verdict.Evidence, verdict.PauseReason, verdict.Reply);
            await use!.ReleaseAsync();
        }
        if (verdict.PauseReason is { } reason)
            await _mails.PauseAsync(destination, reason);
        return verdict.Answer;
    }

    /// <summary>Null: the time was over, or the process began to stop, before anything was sent. The queue takes over.</summary>
    private async ValueTask<DeliveryOutcome?> AnswerAsync(
        DestinationQueue destination, IDeliveryTarget target, DeliveryAttempt attempt, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(attempt.Ask!.Whole, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, _shutdown, cancellationToken);
        try
        {
            using var trace = DeliveryTrace.Begin(attempt.Message, attempt.Delivery, destination.Options.Kind);
            var outcome = await target.DeliverAsync(attempt with { TraceParent = trace?.Parent }, either.Token);
            trace?.Ended(outcome is DeliveryOutcome.Delivered ? "delivered" : "asked", outcome.Reply);
            return outcome;
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
        catch (Exception bug)
        {
            QueueLog.AttemptBroke(_log, attempt.Delivery.Id, destination.Options.Name, bug);
            return new DeliveryOutcome.RetryLater($"internal error: {bug.GetType().Name}");
        }
    }
}
