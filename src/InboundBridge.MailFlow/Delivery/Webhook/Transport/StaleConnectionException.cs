namespace InboundBridge.MailFlow.Delivery.Webhook.Transport;

/// <summary>
/// A connection that had served earlier requests ended before the first octet of this answer. Most likely the
/// receiver closed the idle connection while we wrote, and never saw the request. So the request may be sent once
/// more on another connection, with the same <c>webhook-id</c>.
/// </summary>
internal sealed class StaleConnectionException(Exception? cause = null) : IOException("the receiver closed an idle connection", cause);
