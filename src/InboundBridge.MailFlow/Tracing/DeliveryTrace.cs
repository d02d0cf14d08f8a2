using System.Diagnostics;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Tracing;

/// <summary>One attempt as a span of its mail's trace, however long ago the mail came and whichever process took it.</summary>
internal sealed class DeliveryTrace : IDisposable
{
    private readonly Activity _span;

    private DeliveryTrace(Activity span) => _span = span;

    /// <summary>For the header <c>traceparent</c>: what the receiver does belongs to this attempt.</summary>
    public string Parent => _span.Id!;

    /// <param name="kind">Of the destination: webhook, lmtp, relay.</param>
    /// <returns>Null: the mail is not traced.</returns>
    public static DeliveryTrace? Begin(SpooledMessage message, SpooledDelivery delivery, string kind)
    {
        if (message.Envelope.Trace is not { } parent || !MailTracing.IsOn
            || !ActivityContext.TryParse(parent, traceState: null, isRemote: true, out var context)
            || MailTracing.Begin("mail deliver", ActivityKind.Client, context) is not { } span)
            return null;
        span.SetTag("inboundbridge.message.id", message.Id);
        span.SetTag("inboundbridge.delivery.id", delivery.Id);
        span.SetTag("inboundbridge.destination", delivery.Destination);
        span.SetTag("inboundbridge.destination.kind", kind);
        span.SetTag("inboundbridge.attempt", delivery.Attempts + 1);
        if (delivery.Rule is { } rule)
            span.SetTag("inboundbridge.rule", rule);
        return new DeliveryTrace(span);
    }

    /// <param name="outcome">As in the metric <c>delivery_attempts_total</c>.</param>
    public void Ended(string outcome, DeliveryReply reply)
    {
        _span.SetTag("inboundbridge.outcome", outcome);
        if (reply.Code is { } code)
            _span.SetTag("inboundbridge.reply.code", code);
        if (outcome != "delivered")
            _span.SetStatus(ActivityStatusCode.Error, outcome);
    }

    public void Dispose() => MailTracing.End(_span);
}
