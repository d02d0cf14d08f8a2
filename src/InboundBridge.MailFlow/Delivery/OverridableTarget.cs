using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery;

/// <summary>
/// A target whose options a rule may override. Deliveries without overrides go to the destination's own target. Each different set of
/// overrides gets a target of its own, with its own connections, for as long as it is among the last ones used.
/// </summary>
/// <param name="own">Made from the destination's own options. Disposed with this object.</param>
/// <param name="create">
/// Makes a target from a delivery's options (<see cref="SpooledDelivery.OptionsJson"/>). Throws <see cref="FormatException"/> when they are
/// wrong and <see cref="IOException"/> when a file that they name can't be read.
/// </param>
public sealed class OverridableTarget(IDeliveryTarget own, Func<string, IDeliveryTarget> create) : IDeliveryTarget
{
    /// <summary>Rules have a handful of sets of overrides. Only a script can make many, by giving each mail another time-out.</summary>
    private const int MostTargets = 32;

    private readonly Lock _gate = new();

    /// <summary>The one used last at the end.</summary>
    private readonly List<(string Options, IDeliveryTarget Target)> _others = [];

    public ValueTask<DeliveryOutcome> DeliverAsync(DeliveryAttempt attempt, CancellationToken cancellationToken)
    {
        if (attempt.Delivery.OptionsJson is not { } options)
            return own.DeliverAsync(attempt, cancellationToken);
        if (options == SpooledDelivery.UnreadableOptions)
            return ValueTask.FromResult<DeliveryOutcome>(new DeliveryOutcome.RetryLater(OptionsText.Unreadable));
        try
        {
            return TargetFor(options).DeliverAsync(attempt, cancellationToken);
        }
        catch (FormatException fault)
        {
            // The rules were checked against the destination as it was when the mail was accepted. A change to the destination must not
            // bounce that mail. It says nothing about the server either, so the circuit breaker doesn't count it.
            return ValueTask.FromResult<DeliveryOutcome>(new DeliveryOutcome.RetryLater(fault.Message, Answered: true));
        }
        catch (IOException fault)
        {
            return ValueTask.FromResult<DeliveryOutcome>(new DeliveryOutcome.RetryLater(fault.Message));
        }
    }

    public ValueTask<DeliveryOutcome> ProbeAsync(CancellationToken cancellationToken) => own.ProbeAsync(cancellationToken);

    public ValueTask<DeliveryOutcome?> SendTestEventAsync(CancellationToken cancellationToken) => own.SendTestEventAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await own.DisposeAsync();
        foreach (var (_, target) in _others)
            await target.DisposeAsync();
    }

    private IDeliveryTarget TargetFor(string options)
    {
        IDeliveryTarget? unused = null;
        try
        {
            lock (_gate)
            {
                var index = _others.FindIndex(other => other.Options == options);
                var entry = index < 0 ? (options, create(options)) : _others[index];
                if (index >= 0)
                    _others.RemoveAt(index);
                _others.Add(entry);
                if (_others.Count > MostTargets)
                {
                    unused = _others[0].Target;
                    _others.RemoveAt(0);
                }
                return entry.Item2;
            }
        }
        finally
        {
            // A target that is still in use finishes its mail and closes its connections then.
            _ = unused?.DisposeAsync().AsTask();
        }
    }
}
