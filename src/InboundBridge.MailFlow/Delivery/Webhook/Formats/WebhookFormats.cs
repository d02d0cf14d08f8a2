using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Formats.Dialects;
using InboundBridge.MailFlow.Delivery.Webhook.Formats.Native;
using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats;

/// <summary>All formats, by the value of the option <c>format</c>.</summary>
public static class WebhookFormats
{
    private static readonly Dictionary<string, IWebhookFormat> ByName = new IWebhookFormat[]
    {
        new JsonFormat(),
        new CloudEventsFormat(),
        new RawFormat(),
        new ActionMailboxFormat(),
        new CloudMailinFormat(),
        new CloudMailinMultipartFormat(),
        new CloudMailinRawFormat(),
        new MailgunFormat(),
        new MailgunMimeFormat(),
        new SendGridFormat(),
        new SendGridRawFormat(),
        new PostmarkFormat(withRaw: false),
        new PostmarkFormat(withRaw: true),
        new SesSnsFormat(),
        new MandrillFormat(),
    }.ToDictionary(format => format.Name, StringComparer.Ordinal);

    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The retry schedule of a format for destinations that configure none; null: the appliance's own.</summary>
    public static RetryOptions? DefaultRetry(string format) => Find(format)?.Defaults.Retry;

    /// <summary>Whether a format can carry a link to an attachment instead of its content.</summary>
    public static bool HasLinks(string format) => Find(format)?.Defaults.HasLinks == true;

    public static bool ShowsSpam(string format) => Find(format)?.Defaults.ShowsSpam == true;

    public static bool ShowsVirus(string format) => Find(format)?.Defaults.ShowsVirus == true;

    public static bool ShowsSignatures(string format) => Find(format)?.Defaults.ShowsSignatures == true;

    internal static IWebhookFormat? Find(string name) => ByName.GetValueOrDefault(name);
}
