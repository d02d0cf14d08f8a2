using InboundBridge.Configuration;
using InboundBridge.MailFlow.Delivery.Lmtp;
using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Queue;

namespace InboundBridge.Hosting;

/// <summary>Makes what the queue delivers to out of the configuration's destinations.</summary>
internal sealed class DestinationTargets(WebhookServices webhooks, TimeProvider clock, ILoggerFactory logs)
{
    public List<(DestinationOptions Options, IDeliveryTarget Target)> Create(IReadOnlyList<DestinationSettings> destinations)
    {
        var targets = new List<(DestinationOptions, IDeliveryTarget)>(destinations.Count);
        foreach (var destination in destinations)
            targets.Add((destination.Queue, Create(destination)));
        return targets;
    }

    private IDeliveryTarget Create(DestinationSettings destination) => destination switch
    {
        { Webhook: { } webhook } => new WebhookTarget(webhook, webhooks),
        { Lmtp: { } lmtp } => new LmtpTarget(lmtp, clock, logs.CreateLogger<LmtpTarget>()),
        { Relay: { } relay } => new RelayTarget(relay, clock, logs.CreateLogger<RelayTarget>()),
        _ => throw new InvalidOperationException($"destination {destination.Name} has no kind"),
    };
}
