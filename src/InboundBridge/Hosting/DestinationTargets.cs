using System.Security.Cryptography;
using System.Text.Json;
using InboundBridge.Configuration;
using InboundBridge.MailFlow.Delivery.Lmtp;
using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.Hosting;

/// <summary>
/// Makes what the queue delivers to out of the configuration's destinations. One that a reload leaves as it was keeps its target, and with it its connections.
/// Called by one reload at a time.
/// </summary>
internal sealed class DestinationTargets(IDnsResolver resolver, TimeProvider clock, ILoggerFactory logs)
{
    private Dictionary<string, (DestinationSettings Settings, string Files, IDeliveryTarget Target)> _current = new(StringComparer.Ordinal);
    private WebhookServices? _webhooks;

    /// <param name="webhooks">What webhooks share; where that is another object than the last time, every webhook gets a new target.</param>
    public List<(DestinationOptions Options, IDeliveryTarget Target)> Create(IReadOnlyList<DestinationSettings> destinations, WebhookServices webhooks)
    {
        var sameServices = ReferenceEquals(_webhooks, webhooks);
        _webhooks = webhooks;
        var next = new Dictionary<string, (DestinationSettings, string, IDeliveryTarget)>(StringComparer.Ordinal);
        var targets = new List<(DestinationOptions, IDeliveryTarget)>(destinations.Count);
        foreach (var destination in destinations)
        {
            var files = Files(destination);
            var isKept = _current.TryGetValue(destination.Name, out var known) && (sameServices || destination.Webhook is null)
                && known.Files == files && Fingerprint(known.Settings) == Fingerprint(destination);
            var target = isKept ? known.Target : Create(destination);
            next.Add(destination.Name, (destination, files, target));
            targets.Add((destination.Queue, target));
        }
        Volatile.Write(ref _current, next);
        return targets;
    }

    /// <summary>The webhook of that name as it is in force; null for another kind or name.</summary>
    public WebhookTarget? FindWebhook(string name) => Volatile.Read(ref _current).TryGetValue(name, out var known) ? known.Target as WebhookTarget : null;

    /// <summary>The settings that a destination's target was made of; null for a name that is none.</summary>
    public DestinationSettings? InForce(string name) => Volatile.Read(ref _current).TryGetValue(name, out var known) ? known.Settings : null;

    /// <summary>Only reloads ask: writing JSON for the first time takes as long as a tenth of a start.</summary>
    private static string Fingerprint(DestinationSettings destination) => JsonSerializer.Serialize(new { destination.Webhook, destination.Lmtp, destination.Relay });

    /// <summary>A certificate that is renewed keeps its file's name: what is in the files counts.</summary>
    private static string Files(DestinationSettings destination) => string.Join(
        ' ',
        new[] { destination.Webhook?.ClientCertificate, destination.Webhook?.TrustedCertificates, destination.Relay?.TrustedCertificates }
            .OfType<string>().Select(file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))));

    private IDeliveryTarget Create(DestinationSettings destination) => destination switch
    {
        { Webhook: { } webhook } => new WebhookTarget(webhook, _webhooks!),
        { Lmtp: { } lmtp } => new LmtpTarget(lmtp, clock, logs.CreateLogger<LmtpTarget>()),
        { Relay: { Mx: true } relay } => new MxRelayTarget(relay, resolver, clock, logs.CreateLogger<MxRelayTarget>()),
        { Relay: { } relay } => new RelayTarget(relay, clock, logs.CreateLogger<RelayTarget>()),
        _ => throw new InvalidOperationException($"destination {destination.Name} has no kind"),
    };
}
