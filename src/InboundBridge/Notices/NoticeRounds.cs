using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using InboundBridge.Configuration.Options.Watching;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Spool.Contract;
using Prometheus;

namespace InboundBridge.Notices;

/// <summary>
/// Tells the webhook of <c>notify</c> what needs a person (docs/notices.md). Occurrences are gathered in memory; a notice is durable when
/// it is in the queue. Nothing here delays mail: whoever reports an occurrence returns at once.
/// </summary>
internal sealed class NoticeRounds : IAsyncDisposable
{
    /// <summary>Dead letters that may wait to be counted; beyond them they are counted without being looked at.</summary>
    private const int MostDead = 10_000;

    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(5);

    private readonly Func<NotifyOptions?> _options;
    private readonly NoticeSender _sender;
    private readonly Func<CancellationToken, ValueTask<IReadOnlyList<Occurrence>>> _look;
    private readonly TimeProvider _clock;
    private readonly NoticeLog _log;
    private readonly Dictionary<NoticeKind, Counter.Child> _sent;
    private readonly WaitingNotices _waiting;
    private readonly Channel<SpooledDelivery> _dead = Channel.CreateBounded<SpooledDelivery>(
        new BoundedChannelOptions(MostDead) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource _changed = NewSignal();
    private DateTimeOffset _nextLook;
    private Task _loop = Task.CompletedTask;

    /// <param name="options">Those in force; null: nobody is told.</param>
    /// <param name="look">Finds states that last: certificates, the disk.</param>
    public NoticeRounds(
        Func<NotifyOptions?> options, NoticeSender sender, Func<CancellationToken, ValueTask<IReadOnlyList<Occurrence>>> look,
        MetricRegistry metrics, TimeProvider clock, NoticeLog log)
    {
        (_options, _sender, _look, _clock, _log) = (options, sender, look, clock, log);
        _waiting = new WaitingNotices(clock);
        var sent = metrics.Counter("notices_total", "Notices for operators that were put into the queue", "kind");
        _sent = NotifyOptions.AllKinds.ToDictionary(kind => kind, kind => sent.FromZero(NoticeTerms.NameOf(kind)));
    }

    /// <summary>The options in force; null: nobody is told.</summary>
    public NotifyOptions? Options => _options();

    /// <summary>Begins; the queue must be there.</summary>
    public void Start() => _loop = Task.Run(() => RunAsync(_stop.Token));

    /// <summary>For <c>MailQueue.Trouble</c>: called under the queue's locks, so it only takes notes.</summary>
    public void Take(QueueEvent happened)
    {
        if (_options() is not { } notify)
            return;
        if (happened.Delivery is { } delivery)
        {
            if (!notify.Events.Contains(NoticeKind.DeadLetter))
                return;
            if (_dead.Writer.TryWrite(delivery))
                Volatile.Read(ref _changed).TrySetResult();
            else
                Tell(DeadLetter(delivery));
        }
        // The webhook that hears the notices can't hear that it does not answer.
        else if (happened.Destination != notify.Webhook)
        {
            Tell(new Occurrence(NoticeKind.CircuitOpened, happened.Destination ?? NoticeTerms.Others, happened.Text));
        }
    }

    /// <summary>Returns at once.</summary>
    public void Tell(Occurrence occurrence)
    {
        if (_options() is { } notify && notify.Events.Contains(occurrence.Kind) && _waiting.Add(occurrence))
            Volatile.Read(ref _changed).TrySetResult();
    }

    /// <summary>What waits and may be told goes into the queue at once, where the spool takes it. The log has the rest.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        using var limit = new CancellationTokenSource(LongestFlush);
        try
        {
            await CountDeadAsync(limit.Token);
        }
        catch (Exception fault)
        {
            _log.NotLooked(fault.Message);
        }
        while (_waiting.TakeDue(DateTimeOffset.MaxValue) is { } notice)
        {
            if (!await TrySendAsync(notice, limit.Token))
                _log.Forgotten(NoticeTerms.NameOf(notice.Kind), notice.Subject, notice.Count);
        }
        _stop.Dispose();
    }

    private static Occurrence DeadLetter(SpooledDelivery delivery) =>
        new(NoticeKind.DeadLetter, delivery.Destination, delivery.LastReply?.Text, delivery.MessageId);

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                Volatile.Write(ref _changed, NewSignal());
                await StepAsync(cancellationToken);
                await WaitAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The appliance stops. What waits is told by DisposeAsync.
            return;
        }
    }

    /// <summary>Looks around, and tells what is due.</summary>
    internal async Task StepAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CountDeadAsync(cancellationToken);
            var now = _clock.GetUtcNow();
            // Further away, it was set by a clock that ran ahead.
            if (_options() is not null && (now >= _nextLook || _nextLook - now > NoticeTerms.LookEvery))
            {
                _nextLook = now + NoticeTerms.LookEvery;
                foreach (var found in await _look(cancellationToken))
                    Tell(found);
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Such as a spool that does not answer. The rounds must go on: nobody else tells.
            _log.NotLooked(fault.Message);
        }
        while (_waiting.TakeDue(_clock.GetUtcNow()) is { } notice)
            await SendAsync(notice, cancellationToken);
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        var wait = NoticeTerms.LookEvery;
        if (_waiting.NextDue() is { } due && due - now < wait)
            wait = due > now ? due - now : TimeSpan.Zero;
        try
        {
            await Volatile.Read(ref _changed).Task.WaitAsync(wait, _clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Something is due, or it is time to look around.
            return;
        }
    }

    private async ValueTask CountDeadAsync(CancellationToken cancellationToken)
    {
        while (_dead.Reader.TryPeek(out var delivery))
        {
            var isNotice = await IsNoticeAsync(delivery, cancellationToken);
            _dead.Reader.TryRead(out _);
            if (isNotice)
                _log.NotHeard(delivery.MessageId, delivery.Id, delivery.Destination);
            else
                Tell(DeadLetter(delivery));
        }
    }

    /// <summary>Where its message can't be read, it counts as mail: one that is damaged must not keep the others untold.</summary>
    private async ValueTask<bool> IsNoticeAsync(SpooledDelivery delivery, CancellationToken cancellationToken)
    {
        try
        {
            return await _sender.IsNoticeAsync(delivery, cancellationToken);
        }
        catch (Exception fault) when (fault is not (SpoolUnavailableException or OperationCanceledException))
        {
            _log.NotLooked(fault.Message);
            return false;
        }
    }

    private async ValueTask SendAsync(WaitingNotice notice, CancellationToken cancellationToken)
    {
        if (!IsWanted(notice, out var notify))
            return;
        try
        {
            if (await _sender.SendAsync(notice, notify, cancellationToken) is { } later)
                _waiting.PutBack(notice, later);
            else
                Told(notice, notify);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _waiting.PutBack(notice, _clock.GetUtcNow());
            throw;
        }
        catch (Exception fault)
        {
            _waiting.PutBack(notice, _clock.GetUtcNow() + NoticeTerms.SpoolPause);
            _log.NotKept(NoticeTerms.NameOf(notice.Kind), notice.Subject, fault.Message);
        }
    }

    /// <summary>For the end, when there is no later.</summary>
    private async ValueTask<bool> TrySendAsync(WaitingNotice notice, CancellationToken cancellationToken)
    {
        if (!IsWanted(notice, out var notify))
            return true;
        try
        {
            if (await _sender.SendAsync(notice, notify, cancellationToken) is not null)
                return false;
            Told(notice, notify);
            return true;
        }
        catch (Exception fault)
        {
            // Whatever it is: the log names this notice, and the others get their turn.
            _log.NotKept(NoticeTerms.NameOf(notice.Kind), notice.Subject, fault.Message);
            return false;
        }
    }

    /// <summary>A reload may have taken away who hears it, or what it hears of; a state may be over.</summary>
    private bool IsWanted(WaitingNotice notice, [NotNullWhen(true)] out NotifyOptions? notify)
    {
        notify = _options();
        return notify is not null && notify.Events.Contains(notice.Kind)
            && !(notice.Lasts && _clock.GetUtcNow() - notice.LastAt > NoticeTerms.LookEvery * 3);
    }

    private void Told(WaitingNotice notice, NotifyOptions notify)
    {
        _sent[notice.Kind].Inc();
        _log.Told(NoticeTerms.NameOf(notice.Kind), notice.Subject, notice.Count, notify.Webhook);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
