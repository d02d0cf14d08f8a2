using InboundBridge.MailFlow.Queue;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats;

/// <summary>Mailgun: 200 is success, 406 means "not this mail", anything else is tried again six times within about eight hours.</summary>
internal static class MailgunDefaults
{
    public static FormatDefaults Instance { get; } = new()
    {
        Statuses = new()
        {
            OnlyOk = true,
            Named = new Dictionary<int, WebhookStatusMeaning> { [406] = WebhookStatusMeaning.Discard },
        },
        Retry = new RetryOptions
        {
            Schedule =
            [
                TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30),
                TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4),
            ],
            // The sixth wait with all its jitter still fits, a seventh never does.
            MaximumAge = TimeSpan.FromMinutes(570),
        },
    };
}
