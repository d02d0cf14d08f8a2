using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue.Events;

/// <summary>What the scheduler has to tell: lines of the log, and events.</summary>
internal sealed class QueueLogs(ILogger log, QueueWatch watch)
{
    public void CircuitOpened(string destination)
    {
        QueueLog.CircuitOpened(log, destination);
        watch.Destination("circuit_opened", destination);
    }

    public void CircuitClosed(string destination)
    {
        QueueLog.CircuitClosed(log, destination);
        watch.Destination("circuit_closed", destination);
    }
}
