using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue;

/// <summary>Sends stored messages again, as new deliveries.</summary>
internal sealed class Replays(
    IMailSpool spool, DeliveryScheduler scheduler, QueueWatch watch, MessageIdSource ids, SteadyClock time, ILogger log)
{
    /// <summary>A new delivery for each one that the message was accepted with.</summary>
    public async Task<IReadOnlyList<SpooledDelivery>> PlanAsync(string messageId, CancellationToken cancellationToken)
    {
        var first = (await spool.FindDeliveriesAsync(messageId, cancellationToken))
            .Where(delivery => !delivery.IsReplay && delivery.State != DeliveryState.Held && delivery.Destination.Length > 0 &&
                delivery.FailedDestinations.Count == 0);
        return Renew(first);
    }

    public async Task<int> RunAsync(string messageId, IEnumerable<SpooledDelivery> deliveries, CancellationToken cancellationToken)
    {
        var again = Renew(deliveries);
        if (again.Count == 0 || !await AddAsync(messageId, again, cancellationToken))
            return 0;
        QueueLog.Replayed(log, messageId, again.Count);
        return again.Count;
    }

    public async Task<bool> AddAsync(string messageId, IReadOnlyList<SpooledDelivery> deliveries, CancellationToken cancellationToken)
    {
        if (await spool.FindMessageAsync(messageId, cancellationToken) is not { } message)
            return false;
        var arrivals = scheduler.Register(message, deliveries, out var claims);
        var (isAdded, isUnknown) = (false, false);
        try
        {
            isAdded = await spool.AddDeliveriesAsync(messageId, deliveries, claims, cancellationToken);
        }
        catch (SpoolUnavailableException)
        {
            isUnknown = true;
            throw;
        }
        finally
        {
            if (!isAdded)
                scheduler.Withdraw(arrivals);
            if (isUnknown)
                scheduler.MayBeStored(arrivals);
        }
        if (isAdded)
        {
            scheduler.Arrived(arrivals);
            watch.Replayed(message);
        }
        return isAdded;
    }

    private List<SpooledDelivery> Renew(IEnumerable<SpooledDelivery> deliveries)
    {
        var now = time.Now;
        return
        [
            .. deliveries.Select(delivery => delivery with
            {
                Id = ids.Next(),
                Version = 0,
                IsReplay = true,
                Recipients = [.. delivery.Recipients.Select(recipient => recipient with { Reply = null })],
                State = delivery.State == DeliveryState.Held ? DeliveryState.Held : DeliveryState.Pending,
                Attempts = 0,
                CreatedAt = now,
                QueuedAt = null,
                NextAttemptAt = now,
                EndedAt = null,
                LastReply = null,
                HoldReason = delivery.State == DeliveryState.Held ? delivery.HoldReason : null,
            }),
        ];
    }
}
