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
        RefusesWhenAsked = true,
    };

    public IReadOnlyDictionary<int, WebhookStatusMeaning> Named { get; init; } = new Dictionary<int, WebhookStatusMeaning>();

    /// <summary>The meaning of each 4xx that is not named.</summary>
    public WebhookStatusMeaning OtherClientErrors { get; init; } = WebhookStatusMeaning.Retry;

    /// <summary>
    /// While the sender waits, 4xx refuses the mail, but for the three that are about the moment: 408, 425 and 429. False: the vendor's
    /// receivers mean by 4xx what <see cref="Of"/> says.
    /// </summary>
    public bool RefusesWhenAsked { get; init; }

    /// <summary>The meaning for a mail that is not accepted yet, and whose sender waits.</summary>
    public WebhookStatusMeaning WhenAsked(int status) =>
        RefusesWhenAsked && status is >= 400 and < 500 and not (408 or 425 or 429) && !Named.ContainsKey(status)
            ? WebhookStatusMeaning.Reject : Of(status);

    public WebhookStatusMeaning Of(int status) => status switch
    {
        _ when Named.TryGetValue(status, out var named) => named,
        >= 200 and < 300 => WebhookStatusMeaning.Delivered,
        >= 400 and < 500 => OtherClientErrors,
        _ => WebhookStatusMeaning.Retry,
    };
}
