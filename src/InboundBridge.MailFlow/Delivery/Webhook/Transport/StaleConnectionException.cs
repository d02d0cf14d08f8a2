namespace InboundBridge.MailFlow.Delivery.Webhook.Transport;

/// <summary>
/// A connection that had served earlier requests ended before a single octet of this one's answer: most likely the receiver closed it for being idle while we
/// wrote. Nobody has judged the request, so it may be sent once more on another connection; the webhook-id is the same.
/// </summary>
internal sealed class StaleConnectionException(Exception? cause = null) : IOException("the receiver closed an idle connection", cause);
