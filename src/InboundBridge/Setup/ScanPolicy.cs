using InboundBridge.Configuration.Destinations;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Scanning;
using InboundBridge.MailFlow.Scanning.Clamd;
using InboundBridge.MailFlow.Scanning.Rspamd;
using InboundBridge.MailFlow.SecureMail;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Setup;

/// <summary>Turns configuration <c>scanners</c> into the scanners that reception asks, and tells for whom it asks them.</summary>
internal static class ScanPolicy
{
    /// <summary>Null without scanners. Nothing is connected before the first mail.</summary>
    /// <param name="keys">What signatures are checked with; null: they are not.</param>
    public static MailScanners? ScannersOf(ScannerOptions options, SecureMailKeys? keys, TimeProvider clock) =>
        options is { Rspamd: null, Clamav: null } && keys is null ? null : new MailScanners
        {
            Signatures = keys is null ? null : new SignatureScanner(keys, clock),
            Rspamd = options.Rspamd is { } rspamd
                ? new RspamdScanner(
                    new Uri(rspamd.Url), new ScannerLimits { Timeout = rspamd.Timeout, Concurrency = rspamd.Concurrency }, clock) : null,
            Clamd = options.Clamav is { } clamav
                ? new ClamdScanner(
                    ScannerSocket.To(clamav.Address), new ScannerLimits { Timeout = clamav.Timeout, Concurrency = clamav.Concurrency },
                    clock) : null,
            PassesUnscanned = options.OnUnavailable == ScannerUnavailable.Accept,
        };

    /// <summary>For deliveries of mail that was just decided about. A held mail is shown to its destination when it is released.</summary>
    public static Func<SpooledDelivery, ScanKinds> ShownOf(IReadOnlyList<DestinationSettings> destinations)
    {
        var byName = destinations.ToDictionary(destination => destination.Name, StringComparer.Ordinal);
        return delivery => byName.TryGetValue(delivery.Destination, out var destination)
            ? DestinationKinds.Of(destination).ScansShown(destination, delivery.OptionsJson)
            : ScanKinds.None;
    }
}
