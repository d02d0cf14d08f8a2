using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Dialects;

/// <summary>
/// Mailgun takes 406 for "discard this mail", and tries again six times within about eight hours after every other failure. Its
/// documentation names 200 as success; Rails' ingress for Mailgun answers 204, so every 2xx is success here.
/// </summary>
internal static class MailgunDefaults
{
    public static FormatDefaults Instance { get; } = new()
    {
        Statuses = new()
        {
            Named = new Dictionary<int, WebhookStatusMeaning> { [406] = WebhookStatusMeaning.Discard },
        },
        HasVendorsCredential = true,
        Retry = new RetryOptions
        {
            Schedule =
            [
                TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30),
                TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4),
            ],
            // The sixth wait with the largest jitter still fits; a seventh never does.
            MaximumAge = TimeSpan.FromMinutes(570),
        },
    };
}
