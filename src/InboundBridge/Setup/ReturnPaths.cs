using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.MailFlow.Reception.Recipients;

namespace InboundBridge.Setup;

/// <summary>The relays that rewrite senders, for the mail that comes back to these.</summary>
internal static class ReturnPaths
{
    public static RewrittenSenders Of(IEnumerable<DestinationSettings> destinations) => new(
        [.. destinations.SelectMany(each => each.As<RelayOptions>() is { Srs: { } srs } ? new[] { (each.Name, srs) } : [])]);
}
