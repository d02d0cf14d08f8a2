using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.Api.Json;

internal sealed record TestJson(bool Ok, string Reply)
{
    public static TestJson Of(DeliveryOutcome outcome) => new(outcome is DeliveryOutcome.Delivered, outcome.Reply.Text);
}
