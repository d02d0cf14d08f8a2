namespace InboundBridge.MailFlow.Delivery.Webhook.Composing;

/// <summary>What the statuses of an answer mean to one kind of receiver. What nothing says anything about is tried again.</summary>
internal sealed record StatusMeanings
{
    /// <summary>CONTRACT section 4: 410 pauses the destination (Standard Webhooks: the endpoint is gone), everything that isn't 2xx is tried again.</summary>
    public static StatusMeanings Native { get; } = new() { Named = new Dictionary<int, WebhookStatusMeaning> { [410] = WebhookStatusMeaning.Pause } };

    public IReadOnlyDictionary<int, WebhookStatusMeaning> Named { get; init; } = new Dictionary<int, WebhookStatusMeaning>();

    /// <summary>4xx that are not named.</summary>
    public WebhookStatusMeaning OtherClientErrors { get; init; } = WebhookStatusMeaning.Retry;

    public WebhookStatusMeaning Of(int status) => status switch
    {
        _ when Named.TryGetValue(status, out var named) => named,
        >= 200 and < 300 => WebhookStatusMeaning.Delivered,
        >= 400 and < 500 => OtherClientErrors,
        _ => WebhookStatusMeaning.Retry,
    };
}
