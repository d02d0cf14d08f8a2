using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.Smtp.Client;

namespace InboundBridge.MailFlow.Delivery.SmtpSending;

/// <summary>Checks whether a server answers: opens a session and closes it without sending mail.</summary>
internal static class SmtpProbe
{
    public static async ValueTask<DeliveryOutcome> AskAsync(SmtpConnectionPool pool, string host, CancellationToken cancellationToken)
    {
        try
        {
            await pool.ProbeAsync(cancellationToken);
            return new DeliveryOutcome.Delivered("the server answers");
        }
        catch (SmtpClientException fault)
        {
            return new DeliveryOutcome.RetryLater(new HostReply(fault.Reply, host).ToDeliveryReply());
        }
    }
}
