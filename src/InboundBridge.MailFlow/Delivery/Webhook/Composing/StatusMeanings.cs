namespace InboundBridge.MailFlow.Delivery.Webhook.Composing;

/// <summary>
/// The meaning of HTTP statuses for one kind of receiver. A status that is neither 2xx nor named means that the mail is tried again.
/// </summary>
internal sealed record StatusMeanings
{
    /// <summary>
    /// 410 pauses the destination (Standard Webhooks: the endpoint is gone); everything else that isn't 2xx is tried again.
    /// </summary>
    public static StatusMeanings Native { get; } = new()
    {
        Named = new Dictionary<int, WebhookStatusMeaning> { [410] = WebhookStatusMeaning.Pause },
    };

    public IReadOnlyDictionary<int, WebhookStatusMeaning> Named { get; init; } = new Dictionary<int, WebhookStatusMeaning>();

    /// <summary>The meaning of each 4xx that is not named.</summary>
    public WebhookStatusMeaning OtherClientErrors { get; init; } = WebhookStatusMeaning.Retry;

    public WebhookStatusMeaning Of(int status) => status switch
    {
        _ when Named.TryGetValue(status, out var named) => named,
        >= 200 and < 300 => WebhookStatusMeaning.Delivered,
        >= 400 and < 500 => OtherClientErrors,
        _ => WebhookStatusMeaning.Retry,
    };
}
