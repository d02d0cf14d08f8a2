using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract.Nodes;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>
/// Stops attempts at a destination that no longer answers. The circuit opens after a number of failures in a row within a window. While it
/// is open, the destination is probed at each interval. When it answers a probe, one attempt is made, and its outcome closes the circuit or
/// opens it again. Guarded by the scheduler's lock.
/// <para>
/// Where several nodes share a store, each has a circuit of its own and tells the others of it (<see cref="Join"/>). A node leaves a
/// destination alone that does not answer another one, and leaves the probes to the node whose circuit opened first. When that node's view
/// is gone, everybody who went by it makes one attempt.
/// </para>
/// </summary>
internal sealed class CircuitBreaker(CircuitOptions options)
{
    /// <summary>
    /// A node that leaves the probes to another makes its own as rarely. Without them, a node that can't reach a destination would keep
    /// those from it that can.
    /// </summary>
    private const int RareProbes = 4;

    /// <summary>While the circuit is closed: the latest failures in a row.</summary>
    private readonly Queue<DateTimeOffset> _failures = new();

    private DateTimeOffset _answeredAt = DateTimeOffset.MinValue;

    public CircuitOptions Options { get; set; } = options;

    public CircuitState State { get; private set; }

    /// <summary>While the circuit is open: when to probe.</summary>
    public DateTimeOffset ProbeAt { get; private set; }

    /// <summary>While it is not closed: since when.</summary>
    public DateTimeOffset OpenedAt { get; private set; }

    /// <summary>While it is not closed: it was opened by failures of this node, and not only by another node's view.</summary>
    public bool IsOwn { get; private set; }

    /// <summary>While it is open: the id of the node that probes. Null: this one.</summary>
    public string? Prober { get; private set; }

    /// <summary>Attempts and probes that failed since the last answer.</summary>
    public int Failures { get; private set; }

    /// <summary>What the last failure ended with.</summary>
    public string Reason { get; private set; } = string.Empty;

    /// <summary>True when this failure opened it.</summary>
    public bool RecordFailure(DateTimeOffset now, string reason = "")
    {
        (Failures, Reason) = (Failures + 1, reason);
        if (State == CircuitState.HalfOpen)
            Open(now);
        if (State == CircuitState.Open)
            return false;
        _failures.Enqueue(now);
        while (_failures.Count > 0 && _failures.Peek() <= now - Options.Window)
            _failures.Dequeue();
        if (_failures.Count < Options.Failures)
            return false;
        Open(now);
        return true;
    }

    /// <summary>True when this answer closed it.</summary>
    /// <param name="now">Null where no other node's view can come.</param>
    public bool RecordAnswer(DateTimeOffset? now = null)
    {
        if (now is { } time)
            _answeredAt = time;
        _failures.Clear();
        var wasOpen = State != CircuitState.Closed;
        (State, IsOwn, Prober, Failures) = (CircuitState.Closed, false, null, 0);
        return wasOpen;
    }

    /// <summary>A probe was answered, or was not.</summary>
    /// <param name="reason">What an unanswered probe ended with, where that is known.</param>
    public void RecordProbe(bool answered, DateTimeOffset now, string? reason = null)
    {
        if (State != CircuitState.Open)
            return;
        if (answered)
            TryOne(now);
        else
        {
            var known = IsOwn && Reason.Length > 0 ? Reason : "it did not answer a probe";
            (Failures, Reason) = (Failures + 1, reason is { Length: > 0 } ? reason : known);
            Open(now);
        }
    }

    /// <summary>The destination has answered this node since it stopped answering the other.</summary>
    public bool KnowsBetter(CircuitView view, DateTimeOffset now) => now - view.OpenFor <= _answeredAt;

    /// <summary>Takes in what the other nodes say.</summary>
    /// <param name="view">The oldest view that counts, if it is another node's; null: there is none, or it is this node's own.</param>
    public CircuitNews Join(CircuitView? view, DateTimeOffset now)
    {
        if (view is null || KnowsBetter(view, now))
        {
            if (State != CircuitState.Open || Prober is null)
                return CircuitNews.None;
            TryOne(now);
            return CircuitNews.Released;
        }
        if (State == CircuitState.HalfOpen)
            return CircuitNews.None;
        var isNew = State == CircuitState.Closed;
        if (isNew)
            (State, IsOwn, OpenedAt, Failures, Reason) = (CircuitState.Open, false, now - view.OpenFor, 0, view.Reason);
        if (Prober is null)
            ProbeAt = now + (RareProbes * Options.Probe);
        Prober = view.Node;
        return isNew ? CircuitNews.Followed : CircuitNews.None;
    }

    /// <summary>What this node tells the others; null where there is nothing to tell, or nobody knows any more.</summary>
    /// <param name="isProbing">A probe is under way.</param>
    public CircuitView? ViewOf(string destination, string node, bool isProbing, DateTimeOffset now)
    {
        if (State == CircuitState.Closed || !IsOwn)
            return null;
        var left = isProbing || ProbeAt - now > Options.Probe ? Options.Probe : ProbeAt - now;
        return left > -CircuitView.Grace ? new CircuitView(destination, node, now - OpenedAt, left, Failures, Reason) : null;
    }

    private void TryOne(DateTimeOffset now) =>
        (State, Prober, ProbeAt) = (CircuitState.HalfOpen, null, now + Options.Probe);

    private void Open(DateTimeOffset now)
    {
        if (!IsOwn)
            OpenedAt = now;
        (State, IsOwn) = (CircuitState.Open, true);
        ProbeAt = now + (Prober is null ? 1 : RareProbes) * Options.Probe;
    }
}
