using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue;

/// <summary>Changes that operators make to stored deliveries: first in the spool, then in the scheduler, then in the log.</summary>
internal sealed class OperatorChanges(
    IMailSpool spool, DeliveryScheduler scheduler, DestinationScheduler destinations, QueueWatch watch, ILogger log)
{
    /// <summary>Returns how many deliveries were changed.</summary>
    public async Task<int> ChangeAsync(DeliveryChange change, CancellationToken cancellationToken)
    {
        var count = 0;
        string? cursor = null;
        do
        {
            var step = await spool.ChangeAsync(change, cursor, cancellationToken);
            foreach (var changed in step.Changed)
            {
                scheduler.Changed(changed);
                QueueLog.Changed(log, change.Kind, changed.MessageId, changed.Id, changed.Destination, changed.State);
                watch.Changed(change.Kind, changed);
            }
            count += step.Changed.Count;
            cursor = step.Next;
        }
        while (cursor is not null);
        return count;
    }

    /// <summary>Returns how many deliveries were cancelled; null for an unknown message.</summary>
    public async Task<int?> EraseAsync(string messageId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (await spool.EraseAsync(messageId, at, cancellationToken) is not { } cancelled)
            return null;
        foreach (var delivery in cancelled)
        {
            scheduler.Changed(delivery);
            watch.Changed(DeliveryChangeKind.Cancel, delivery);
        }
        QueueLog.Erased(log, messageId, cancelled.Count);
        // A bounce quotes the message.
        foreach (var bounce in await spool.FindFollowUpsAsync(messageId, cancellationToken))
        {
            if (!bounce.IsErased)
                await EraseAsync(bounce.Id, at, cancellationToken);
        }
        if (watch.Watcher is not null && await spool.FindMessageAsync(messageId, cancellationToken) is { } left)
            watch.Erased(left);
        return cancelled.Count;
    }

    /// <summary>Pauses a destination, or resumes it (null). False for an unknown destination.</summary>
    public async Task<bool> SetPauseAsync(string destination, string? reason, CancellationToken cancellationToken)
    {
        if (destinations.Find(destination) is not { } found)
            return false;
        await spool.SetPauseAsync(destination, reason, cancellationToken);
        destinations.SetPause(found, reason);
        if (reason is null)
            QueueLog.Resumed(log, destination);
        else
            QueueLog.Paused(log, destination, reason);
        watch.Destination(reason is null ? "resumed" : "paused", destination, reason);
        return true;
    }
}
