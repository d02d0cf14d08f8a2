using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.Benchmarks.Spool;

/// <summary>A target that reads the mail and accepts it, or never answers.</summary>
internal sealed class SinkTarget(bool isDead = false) : IDeliveryTarget
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _delivered;

    public int Delivered => _delivered;

    public Task First => _first.Task;

    public ValueTask<DeliveryOutcome> DeliverAsync(DeliveryAttempt attempt, CancellationToken cancellationToken)
    {
        if (isDead)
            return ValueTask.FromResult<DeliveryOutcome>(new DeliveryOutcome.RetryLater("connection refused"));
        Span<byte> piece = stackalloc byte[4096];
        for (var offset = 0L; offset < attempt.Content.Length;)
            offset += attempt.Content.Read(offset, piece);
        Interlocked.Increment(ref _delivered);
        _first.TrySetResult();
        return ValueTask.FromResult<DeliveryOutcome>(new DeliveryOutcome.Delivered("200 OK"));
    }

    public ValueTask<DeliveryOutcome> ProbeAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<DeliveryOutcome>(
            isDead ? new DeliveryOutcome.RetryLater("connection refused") : new DeliveryOutcome.Delivered("there"));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
