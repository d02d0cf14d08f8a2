using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Destinations;
using InboundBridge.Operations.Principals;

namespace InboundBridge.Operations.Deliveries;

/// <summary>Lists deliveries, and changes one or all that a filter selects.</summary>
internal sealed class DeliveryOperations(IMailSpool spool, MailQueue queue, DestinationNames names, AuditLog audit)
{
    private const int MostCounted = 500;

    public ValueTask<SpoolPage<SpooledDelivery>> ListAsync(
        Principal who, DeliveryFilter filter, string? cursor, int limit, CancellationToken cancellationToken)
    {
        who.Demand(Operation.ListDeliveries);
        return spool.ListDeliveriesAsync(filter, cursor, limit, cancellationToken);
    }

    /// <summary>Null for an unknown delivery.</summary>
    public async Task<DeliveryRecord?> FindAsync(Principal who, string id, CancellationToken cancellationToken)
    {
        who.Demand(Operation.ShowDelivery);
        return await spool.FindDeliveryAsync(id, cancellationToken) is { } delivery
            ? new DeliveryRecord(delivery, await spool.ListAttemptsAsync(id, cancellationToken))
            : null;
    }

    /// <param name="to">For a release: a configured destination; null keeps the delivery's own.</param>
    public async Task<DeliveryChangeOutcome> ChangeAsync(
        Principal who, DeliveryAction action, string id, string? to, CancellationToken cancellationToken)
    {
        who.Demand(Operation.Of(action));
        if (await spool.FindDeliveryAsync(id, cancellationToken) is not { } delivery)
            return new DeliveryChangeOutcome.Unknown();
        var count = await ApplyAsync(action, new DeliveryFilter { Id = id }, to, cancellationToken);
        if (count == 0)
            return new DeliveryChangeOutcome.Refused(await WhyNotAsync(delivery, action, cancellationToken));
        audit.Changed(who, Operation.Of(action), id, count);
        return new DeliveryChangeOutcome.Changed(count);
    }

    /// <param name="filter">At least a state, a destination or a message: an empty filter would change everything.</param>
    /// <param name="asWritten">The filter as the caller wrote it, for the audit log.</param>
    public async Task<BulkChange> ChangeAllAsync(
        Principal who, DeliveryAction action, DeliveryFilter filter, string? to, string asWritten, CancellationToken cancellationToken)
    {
        who.Demand(Operation.Of(action));
        if (filter == new DeliveryFilter())
            throw new ArgumentException("an empty filter would change every delivery", nameof(filter));
        var count = await ApplyAsync(action, filter, to, cancellationToken);
        audit.Changed(who, Operation.Of(action), asWritten, count);
        var left = action == DeliveryAction.Release && to is null
            ? await CountWithoutDestinationAsync(filter, cancellationToken) : (int?)null;
        return new BulkChange(count, left);
    }

    /// <summary>What <see cref="ChangeAllAsync"/> would do, and why it would leave the others alone.</summary>
    public async Task<BulkPlan> PlanAllAsync(
        Principal who, DeliveryAction action, DeliveryFilter filter, string? to, CancellationToken cancellationToken)
    {
        who.Demand(Operation.Of(action));
        var tallies = await CountAsync(filter, cancellationToken);
        return filter.MessageId is { } message && tallies.Count > 0 && action != DeliveryAction.Cancel
            && await spool.FindMessageAsync(message, cancellationToken) is { IsErased: true }
            ? new BulkPlan(
                0, false,
                [new BulkRest(
                    tallies.Sum(tally => tally.Count), "are of a message that was deleted, so there is nothing left to deliver")])
            : new BulkPlanning(action, to, names.Configured).Of(tallies);
    }

    /// <summary>How many deliveries a filter by state, destination and message selects. Nothing is scanned for it.</summary>
    public Task<IReadOnlyList<DeliveryTally>> TallyAsync(Principal who, DeliveryFilter filter, CancellationToken cancellationToken)
    {
        who.Demand(Operation.ListDeliveries);
        return CountAsync(filter, cancellationToken);
    }

    /// <summary>From the store's totals; the deliveries of one message are few.</summary>
    private async Task<IReadOnlyList<DeliveryTally>> CountAsync(DeliveryFilter filter, CancellationToken cancellationToken)
    {
        var tallies = filter.MessageId is { } message
            ? (await spool.FindDeliveriesAsync(message, cancellationToken))
                .Select(delivery => new DeliveryTally(delivery.Destination, delivery.State, 1))
            : (await spool.ReadTotalsAsync(cancellationToken)).Deliveries;
        return [.. tallies.Where(tally => IsWanted(tally, filter))];
    }

    /// <summary>Whether a filter without ids selects the deliveries of a tally.</summary>
    private static bool IsWanted(DeliveryTally tally, DeliveryFilter filter) =>
        (filter.State is null || tally.State == filter.State) && (filter.Destination is null || tally.Destination == filter.Destination);

    private Task<int> ApplyAsync(DeliveryAction action, DeliveryFilter filter, string? to, CancellationToken cancellationToken) =>
        action switch
        {
            DeliveryAction.Retry => queue.RetryAsync(filter, cancellationToken),
            DeliveryAction.Cancel => queue.CancelAsync(filter, cancellationToken),
            DeliveryAction.Release => queue.ReleaseAsync(filter, to, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(action), action, null),
        };

    /// <summary>A held mail may have no destination; neither has the record of a recipient that the rules refused after the data.</summary>
    private async Task<string> WhyNotAsync(SpooledDelivery delivery, DeliveryAction action, CancellationToken cancellationToken)
    {
        if (await spool.FindMessageAsync(delivery.MessageId, cancellationToken) is { IsErased: true })
            return "its message was deleted, so there is nothing left to deliver";
        return (action, delivery) switch
        {
            (DeliveryAction.Release, { Destination.Length: 0, State: DeliveryState.Held or DeliveryState.Dead }) =>
                $"it has no destination of its own: name one with ?to=DESTINATION (deliveries release --to DESTINATION){names.Choice}",
            (DeliveryAction.Retry, { Destination.Length: 0 }) =>
                "it never had a destination: release it to one (deliveries release --to DESTINATION)",
            (DeliveryAction.Retry, { State: not (DeliveryState.Delivered or DeliveryState.Held), Destination: var own })
                when !names.IsConfigured(own) => MissingText(own)
                    + $": configure it again; or send the message elsewhere (messages replay {delivery.MessageId} --to DESTINATION) and "
                    + "cancel this delivery",
            (DeliveryAction.Release, { State: DeliveryState.Held, Destination: var own }) when !names.IsConfigured(own) =>
                MissingText(own) + $": name another with ?to=DESTINATION (deliveries release --to DESTINATION){names.Choice}",
            (DeliveryAction.Release, { State: DeliveryState.Dead }) => "it died at its destination: retry it",
            (DeliveryAction.Retry, { State: DeliveryState.Delivered }) =>
                $"it is delivered: to send its message again, replay it (messages replay {delivery.MessageId})",
            _ => $"a delivery that is {delivery.State.ToString().ToLowerInvariant()} can't be {Done(action)}",
        };
    }

    private static string MissingText(string destination) => $"its destination '{destination}' is not configured";

    private static string Done(DeliveryAction action) => action switch
    {
        DeliveryAction.Retry => "retried",
        DeliveryAction.Cancel => "cancelled",
        _ => "released",
    };

    /// <summary>Deliveries of the filter that can only be released to a named destination. Counts up to one page of each state.</summary>
    private async Task<int> CountWithoutDestinationAsync(DeliveryFilter filter, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var state in new[] { DeliveryState.Held, DeliveryState.Dead }.Where(
            state => filter.State is null || filter.State == state))
        {
            var page = await spool.ListDeliveriesAsync(filter with { State = state }, null, MostCounted, cancellationToken);
            count += page.Items.Count(delivery => delivery.Destination.Length == 0);
        }
        return count;
    }
}
