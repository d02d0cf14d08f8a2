using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue.Events;

/// <summary>Reports what happens to destinations: to the log, and to whoever watches.</summary>
internal sealed class QueueLogs(ILogger log, QueueWatch watch)
{
    /// <param name="reply">What the last attempt ended with.</param>
    public void CircuitOpened(string destination, string? reply)
    {
        QueueLog.CircuitOpened(log, destination, reply);
        watch.Destination(QueueWatch.CircuitOpened, destination, reply);
    }

    /// <summary>It does not answer another node.</summary>
    public void CircuitFollowed(string destination, string node, string reason)
    {
        QueueLog.CircuitFollowed(log, destination, node, reason);
        watch.Destination(QueueWatch.CircuitOpened, destination, $"node {node}: {reason}");
    }

    /// <summary>The view that was followed is gone.</summary>
    public void CircuitReleased(string destination) => QueueLog.CircuitReleased(log, destination);

    /// <summary>The spool's pause differs from ours: another node has changed it.</summary>
    /// <param name="reason">Null: resumed.</param>
    public void PauseFollowed(string destination, string? reason)
    {
        if (reason is null)
            QueueLog.Resumed(log, destination);
        else
            QueueLog.Paused(log, destination, reason);
        watch.Destination(reason is null ? "resumed" : "paused", destination, reason);
    }

    public void CircuitClosed(string destination)
    {
        QueueLog.CircuitClosed(log, destination);
        watch.Destination("circuit_closed", destination);
    }
}
