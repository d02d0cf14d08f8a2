using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue;

/// <summary>The scheduler's lines.</summary>
internal sealed class QueueLogs(ILogger log)
{
    public void CircuitOpened(string destination) => QueueLog.CircuitOpened(log, destination);

    public void CircuitClosed(string destination) => QueueLog.CircuitClosed(log, destination);
}
