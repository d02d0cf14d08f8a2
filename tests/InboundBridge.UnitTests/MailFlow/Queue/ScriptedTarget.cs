using System.Threading.Channels;
using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.UnitTests.MailFlow.Queue;

/// <summary>A destination that does what a test says, attempt by attempt.</summary>
internal sealed class ScriptedTarget : IDeliveryTarget
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<PendingAttempt> _attempts = Channel.CreateUnbounded<PendingAttempt>();
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _probed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _active;

    public int MostActive { get; private set; }

    public int Probes { get; private set; }

    public bool IsDisposed => _disposed.Task.IsCompleted;

    public Task Disposed => _disposed.Task.WaitAsync(Patience);

    /// <summary>The answer to a probe.</summary>
    public DeliveryOutcome Probe { get; set; } = new DeliveryOutcome.Delivered("there");

    /// <summary>Not null: every attempt ends so at once, and none waits for the test.</summary>
    public Func<DeliveryAttempt, DeliveryOutcome>? Always { get; set; }

    public async ValueTask<DeliveryOutcome> DeliverAsync(DeliveryAttempt attempt, CancellationToken cancellationToken)
    {
        var pending = new PendingAttempt(attempt);
        lock (_attempts)
            MostActive = Math.Max(MostActive, ++_active);
        try
        {
            _attempts.Writer.TryWrite(pending);
            return Always is { } always ? always(attempt) : await pending.Outcome.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_attempts)
                _active--;
        }
    }

    public ValueTask<DeliveryOutcome> ProbeAsync(CancellationToken cancellationToken)
    {
        Probes++;
        _probed.TrySetResult();
        return ValueTask.FromResult(Probe);
    }

    /// <summary>The next attempt that was begun.</summary>
    public async Task<PendingAttempt> NextAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await _attempts.Reader.ReadAsync(patience.Token);
    }

    /// <summary>Does something that must lead to a probe.</summary>
    public async Task AfterProbeAsync(Action cause)
    {
        _probed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cause();
        await _probed.Task.WaitAsync(Patience);
    }

    public ValueTask DisposeAsync()
    {
        _disposed.TrySetResult();
        return ValueTask.CompletedTask;
    }
}

/// <summary>An attempt that waits for its outcome.</summary>
internal sealed record PendingAttempt(DeliveryAttempt Attempt)
{
    public TaskCompletionSource<DeliveryOutcome> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id => Attempt.Delivery.Id;

    public void End(DeliveryOutcome outcome) => Outcome.SetResult(outcome);
}
