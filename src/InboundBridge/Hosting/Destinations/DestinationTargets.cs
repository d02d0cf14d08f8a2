using System.Security.Cryptography;
using System.Text.Json;
using InboundBridge.Configuration.Destinations;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.TransportSecurity;
using InboundBridge.Rules.Scripting;

namespace InboundBridge.Hosting.Destinations;

/// <summary>
/// Makes the queue's targets from the configuration's destinations. A destination that a reload does not change keeps its target, and with
/// it its connections. Only one reload at a time calls it.
/// </summary>
internal sealed class DestinationTargets(IDnsResolver resolver, TransportServices transport, TimeProvider clock, ILoggerFactory logs)
{
    private Dictionary<string, (DestinationSettings Settings, string Files, IDeliveryTarget Target)> _current = new(StringComparer.Ordinal);
    private RequestServices? _requests;

    /// <param name="webhooks">Services that webhooks share. With another object than last time every webhook gets a new target.</param>
    /// <param name="transforms">Runs transforms, under the limits in force. The same holds for it.</param>
    public List<(DestinationOptions Options, IDeliveryTarget Target)> Create(IReadOnlyList<DestinationSettings> destinations,
        WebhookServices webhooks, IScriptRunner transforms)
    {
        var sameServices = ReferenceEquals(_requests?.Webhooks, webhooks) && ReferenceEquals(_requests?.Transforms, transforms);
        var requests = sameServices ? _requests! : new RequestServices(webhooks, transforms, logs);
        var services = new DestinationServices(requests, resolver, transport, clock, logs);
        var next = new Dictionary<string, (DestinationSettings, string, IDeliveryTarget)>(StringComparer.Ordinal);
        var targets = new List<(DestinationOptions, IDeliveryTarget)>(destinations.Count);
        foreach (var destination in destinations)
        {
            var files = Files(destination);
            var isKept = _current.TryGetValue(destination.Name, out var known)
                && known.Settings.Queue.Kind == destination.Queue.Kind
                    && (sameServices || !DestinationKinds.Of(destination).UsesWebhookServices)
                && known.Files == files && Fingerprint(known.Settings) == Fingerprint(destination);
            var target = isKept ? known.Target : DestinationKinds.Of(destination).Open(destination, services);
            next.Add(destination.Name, (destination, files, target));
            targets.Add((destination.Queue, target));
        }
        Volatile.Write(ref _requests, requests);
        Volatile.Write(ref _current, next);
        return targets;
    }

    /// <summary>The request that a first attempt would send; null for destinations that send no requests.</summary>
    public ValueTask<WebhookPreview?> PreviewAsync(DeliveryAttempt attempt, bool hidesSignatures, CancellationToken cancellationToken) =>
        Volatile.Read(ref _current).TryGetValue(attempt.Delivery.Destination, out var known)
            ? DestinationKinds.Of(known.Settings)
                .PreviewAsync(known.Settings, Volatile.Read(ref _requests)!, attempt, hidesSignatures, cancellationToken)
            : ValueTask.FromResult<WebhookPreview?>(null);

    /// <summary>The settings that a destination's target was made from; null for an unknown name.</summary>
    public DestinationSettings? InForce(string name) => Volatile.Read(ref _current).TryGetValue(name, out var known) ? known.Settings
        : null;

    /// <summary>Computed only at reloads: the first use of the JSON serializer would lengthen a start by a tenth.</summary>
    private static string Fingerprint(DestinationSettings destination) =>
        JsonSerializer.Serialize(DestinationKinds.Of(destination).TargetOptions(destination));

    private static string Files(DestinationSettings destination) =>
        string.Join(' ', DestinationKinds.Of(destination).Files(destination).Select(file =>
            Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))));
}
