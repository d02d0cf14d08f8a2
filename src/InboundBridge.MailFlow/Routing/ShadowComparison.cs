using System.Threading.Channels;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Routing;

/// <summary>
/// Compares live and shadow rules on mail that has been answered already, one mail after another, outside of sessions. Nothing here delays
/// or fails a mail: a case is dropped and counted when the queue is full. Both rule sets are evaluated on the same facts, so that only the
/// rules can make a difference.
/// </summary>
public sealed class ShadowComparison : IAsyncDisposable
{
    /// <summary>Octets: the largest mail that is copied. A larger mail is read from the spool afterwards, if it was accepted.</summary>
    public const int MostOctets = 256 * 1024;

    /// <summary>Cases in the queue: with <see cref="MostOctets"/> each, at most 16 MB.</summary>
    private const int MostWaiting = 64;

    private const int MostListed = 200;

    private readonly IMailSpool? _spool;
    private readonly ShadowMetrics _metrics;
    private readonly RoutingLog _log;
    private readonly Channel<ShadowCase> _cases = Channel.CreateBounded<ShadowCase>(MostWaiting);
    private readonly CancellationTokenSource _stop = new();
    private readonly Queue<ShadowDivergence> _recent = new();
    private readonly Task _worker;
    private long _compared;
    private long _diverged;
    private long _skipped;
    private int _disposed;

    /// <param name="spool">Supplies accepted mail that was not copied; null: only copies are compared.</param>
    public ShadowComparison(IMailSpool? spool, ShadowMetrics metrics, RoutingLog log)
    {
        (_spool, _metrics, _log) = (spool, metrics, log);
        _worker = Task.Run(RunAsync);
    }

    /// <summary>Recipients that were compared since the start.</summary>
    public long Compared => Interlocked.Read(ref _compared);

    public long Diverged => Interlocked.Read(ref _diverged);

    /// <summary>Mails that were not compared.</summary>
    public long Skipped => Interlocked.Read(ref _skipped);

    /// <summary>The latest divergences, newest first.</summary>
    public IReadOnlyList<ShadowDivergence> Recent
    {
        get
        {
            lock (_recent)
                return [.. _recent.Reverse()];
        }
    }

    /// <summary>Enqueues a case without waiting; drops it when the queue is full.</summary>
    public void Offer(ShadowCase offered)
    {
        if (!_cases.Writer.TryWrite(offered))
            Skip();
    }

    /// <summary>Cancels the current comparison and drops the queue.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _stop.CancelAsync();
        _cases.Writer.TryComplete();
        await _worker;
        _stop.Dispose();
    }

    /// <summary>For tests: returns when every case has been compared.</summary>
    internal async Task DrainAsync()
    {
        _cases.Writer.TryComplete();
        await _worker;
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var waiting in _cases.Reader.ReadAllAsync(_stop.Token))
                await CompareAsync(waiting);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped: the remaining cases are dropped.
        }
    }

    private async Task CompareAsync(ShadowCase waiting)
    {
        try
        {
            using var content = await OpenAsync(waiting);
            if (content is null && waiting.Stage != RuleStage.Recipient)
            {
                Skip();
                return;
            }
            var facts = waiting.Facts(content is null ? null : await content.ToLocalAsync(_stop.Token));
            foreach (var recipient in waiting.Recipients)
                await CompareAsync(waiting, facts, recipient);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !_stop.IsCancellationRequested)
        {
            Skip();
            _log.ShadowFailed(fault, waiting.MessageId);
        }
    }

    private async Task CompareAsync(ShadowCase waiting, MessageFacts facts, RuleRecipient recipient)
    {
        var (policy, shadow) = (waiting.Policy, waiting.Policy.Shadow!);
        var live = RoutedOutcome.Of(await shadow.Evaluator.DecideAsync(policy.Rules, facts, recipient, waiting.Now, _stop.Token),
            policy.Default);
        var tried = RoutedOutcome.Of(await shadow.Evaluator.DecideAsync(shadow.Rules, facts, recipient, waiting.Now, _stop.Token),
            policy.Default);
        Interlocked.Increment(ref _compared);
        if (live.Effect == tried.Effect)
            return;
        var divergence = new ShadowDivergence(waiting.Now, waiting.MessageId, recipient.Address, waiting.Stage, policy.ConfigVersion, live,
            tried);
        Interlocked.Increment(ref _diverged);
        _metrics.Diverged(divergence.Rule);
        _log.ShadowDiverged(divergence.MessageId, recipient.Address, live.Rule, live.Effect, tried.Rule, tried.Effect);
        lock (_recent)
        {
            _recent.Enqueue(divergence);
            if (_recent.Count > MostListed)
                _recent.Dequeue();
        }
    }

    private async ValueTask<MailContent?> OpenAsync(ShadowCase waiting)
    {
        if (waiting.Octets is { } octets)
            return MailContent.FromMemory(octets);
        return waiting.Stage == RuleStage.Recipient || _spool is null ? null
            : await _spool.OpenContentAsync(waiting.MessageId, _stop.Token);
    }

    private void Skip()
    {
        Interlocked.Increment(ref _skipped);
        _metrics.Skipped();
    }
}
