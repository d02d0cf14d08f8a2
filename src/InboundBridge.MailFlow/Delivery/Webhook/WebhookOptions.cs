namespace InboundBridge.MailFlow.Delivery.Webhook;

/// <summary>Configuration <c>destinations.NAME.webhook</c>, the part that the queue doesn't need.</summary>
public sealed record WebhookOptions
{
    public required string Name { get; init; }

    /// <summary>http or https. May be a template; values are percent-encoded when it is filled in.</summary>
    public required string Url { get; init; }

    /// <summary><c>json</c>, <c>raw</c> … (docs/payloads.md).</summary>
    public string Format { get; init; } = "json";

    /// <summary><c>whsec_…</c> or <c>whsk_…</c>; each signs. An empty list: unsigned.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary><c>user:password</c>.</summary>
    public string? BasicAuth { get; init; }

    public string? BearerToken { get; init; }

    /// <summary>
    /// Configuration <c>auth.client_certificate</c>: a PEM file with the certificate, its key, and any intermediate certificates.
    /// </summary>
    public string? ClientCertificate { get; init; }

    /// <summary>Configuration <c>trusted_certificates</c>: a PEM file of authorities that are trusted beside the system's.</summary>
    public string? TrustedCertificates { get; init; }

    /// <summary>
    /// Permits private addresses for a URL whose host comes from the mail. Hosts that the configuration or a rule names are always allowed.
    /// </summary>
    public bool AllowPrivateAddresses { get; init; }

    /// <summary>Decoded octets up to which an attachment's content is put inline.</summary>
    public long InlineAttachments { get; init; } = 1024 * 1024;

    /// <summary>What happens to larger ones.</summary>
    public LargeAttachments OtherAttachments { get; init; } = LargeAttachments.Link;

    /// <summary>Meanings that replace the format's own, by HTTP status.</summary>
    public IReadOnlyDictionary<int, WebhookStatusMeaning> Responses { get; init; } = new Dictionary<int, WebhookStatusMeaning>();

    /// <summary>From connecting to the last octet of the answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Configuration <c>transform</c>: the file whose script makes the request. <see cref="Format"/> is <c>json</c> then. Null: the format
    /// makes it.
    /// </summary>
    public string? Transform { get; init; }

    /// <summary>A rule filled <see cref="Url"/> from the mail, its host included.</summary>
    internal bool HostFromMail { get; init; }

    /// <summary>
    /// The rule names another host than the configured one and gives no secret: the
    /// destination's secret signs, but is not sent there as a credential.
    /// </summary>
    internal bool IsSecretOfAnotherHost { get; init; }

    /// <summary>For readers who may see the request but not use it: signatures and signed links are blotted out.</summary>
    internal bool HidesSignatures { get; init; }

    /// <summary>Large attachments that can't be linked are put inline. False for the view of scripts, which leaves them out.</summary>
    internal bool InlinesWhatHasNoLink { get; init; } = true;

    /// <summary>Contains no secret, since a log may write it.</summary>
    public override string ToString() => $"webhook {Name}";
}

public enum LargeAttachments
{
    Link,
    Omit,
    Inline,
}

public enum WebhookStatusMeaning
{
    Delivered,
    Retry,
    Fail,
    Discard,
    Pause,
    Reject,
}
