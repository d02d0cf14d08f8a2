using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.Smtp.Client;

namespace InboundBridge.MailFlow.Delivery.SmtpSending;

/// <summary>One cheap try whether a server of ours answers: a session is opened and closed, no mail is sent.</summary>
internal static class SmtpProbe
{
    public static async ValueTask<DeliveryOutcome> AskAsync(SmtpConnectionPool pool, CancellationToken cancellationToken)
    {
        try
        {
            await pool.ProbeAsync(cancellationToken);
            return new DeliveryOutcome.Delivered("the server answers");
        }
        catch (SmtpClientException fault)
        {
            return new DeliveryOutcome.RetryLater(SmtpVerdict.Text(fault.Reply));
        }
    }
}
