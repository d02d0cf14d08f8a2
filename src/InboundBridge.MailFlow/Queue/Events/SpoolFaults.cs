using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue.Events;

/// <summary>
/// Logs what a fault of the spool has stopped. A spool that logs by itself that it is away has said all there is to say: then each piece
/// of work that meets the fault would only repeat it, some of them each second.
/// </summary>
internal static class SpoolFaults
{
    public static void HousekeepingFailed(ILogger log, string work, Exception fault)
    {
        if (!IsReported(log, work, fault))
            QueueLog.HousekeepingFailed(log, work, fault);
    }

    public static void NotRead(ILogger log, string destination, Exception fault)
    {
        if (!IsReported(log, $"reading deliveries of {destination}", fault))
            QueueLog.NotRead(log, destination, fault);
    }

    public static void NotRecorded(ILogger log, string deliveryId, Exception fault)
    {
        if (!IsReported(log, $"recording delivery {deliveryId}", fault))
            QueueLog.NotRecorded(log, deliveryId, fault);
    }

    public static void AttemptBroke(ILogger log, string deliveryId, string destination, Exception fault)
    {
        if (!IsReported(log, $"attempting delivery {deliveryId}", fault))
            QueueLog.AttemptBroke(log, deliveryId, destination, fault);
    }

    private static bool IsReported(ILogger log, string work, Exception fault)
    {
        if (fault is not SpoolUnavailableException { IsReported: true })
            return false;
        QueueLog.SpoolAway(log, work, fault.Message);
        return true;
    }
}
