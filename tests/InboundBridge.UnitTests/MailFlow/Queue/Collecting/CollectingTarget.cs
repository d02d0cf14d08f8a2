using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.UnitTests.MailFlow.Queue.Collecting;

/// <summary>A destination whose mail is collected; each attempt ends as a test says.</summary>
internal sealed class CollectingTarget : IOnDemandTarget
{
    private readonly List<DeliveryAttempt> _attempts = [];

    /// <summary>What an attempt ends with, and whether the session goes on.</summary>
    public Func<DeliveryAttempt, (DeliveryOutcome Outcome, bool GoesOn)> Answer { get; set; } =
        _ => (new DeliveryOutcome.Delivered("250 OK"), true);

    /// <summary>The receiver drops the connection before it greets.</summary>
    public bool IsUnheard { get; set; }

    /// <summary>Ids of deliveries with their recipients, in the order of the attempts.</summary>
    public IReadOnlyList<string> Attempts =>
        [.. _attempts.Select(attempt => attempt.Delivery).Select(
            delivery => $"{delivery.Id} {string.Join(',', delivery.Recipients.Select(one => one.Address))}")];

    public int Sessions { get; private set; }

    public int Goodbyes { get; private set; }

    public ITurnedSession Begin(TurnedConnection connection, CancellationToken shutdown)
    {
        Sessions++;
        return new Session(this);
    }

    public ValueTask<DeliveryOutcome> DeliverAsync(DeliveryAttempt attempt, ITurnedSession session, CancellationToken cancellationToken)
    {
        lock (_attempts)
            _attempts.Add(attempt);
        var (outcome, goesOn) = Answer(attempt);
        ((Session)session).IsUsable = goesOn;
        return ValueTask.FromResult(outcome);
    }

    public ValueTask<DeliveryOutcome> DeliverAsync(DeliveryAttempt attempt, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("nothing is sent by itself");

    public ValueTask<DeliveryOutcome> ProbeAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<DeliveryOutcome>(new DeliveryOutcome.Delivered("waits"));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Session(CollectingTarget target) : ITurnedSession
    {
        public bool IsUsable { get; set; } = true;

        public bool IsUnheard => target.IsUnheard;

        public ValueTask QuitAsync()
        {
            target.Goodbyes++;
            return ValueTask.CompletedTask;
        }

        public void Dispose() => IsUsable = false;
    }
}
