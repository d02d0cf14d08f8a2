namespace InboundBridge.MailFlow.Delivery.Webhook;

/// <summary>Configuration <c>destinations.NAME.webhook</c>, the part that the queue doesn't need.</summary>
public sealed record WebhookOptions
{
    public required string Name { get; init; }

    /// <summary>http or https. May hold template values from the rule, percent-encoded when filled in.</summary>
    public required string Url { get; init; }

    /// <summary><c>json</c>, <c>raw</c>, … (CONTRACT section 4).</summary>
    public string Format { get; init; } = "json";

    /// <summary><c>whsec_…</c> or <c>whsk_…</c>; each signs. An empty list: unsigned.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary><c>user:password</c>.</summary>
    public string? BasicAuth { get; init; }

    public string? BearerToken { get; init; }

    /// <summary>Configuration <c>auth.client_certificate</c>: a PEM file with the certificate, its key, and any intermediate certificates.</summary>
    public string? ClientCertificate { get; init; }

    /// <summary>Configuration <c>trusted_certificates</c>: a PEM file of authorities that are trusted beside the system's.</summary>
    public string? TrustedCertificates { get; init; }

    /// <summary>
    /// Lets a URL whose host comes from mail lead to private addresses. Hosts that the configuration or a rule's author names are always allowed.
    /// </summary>
    public bool AllowPrivateAddresses { get; init; }

    /// <summary>Decoded octets up to which an attachment's content is put inline.</summary>
    public long InlineAttachments { get; init; } = 1024 * 1024;

    /// <summary>What happens to larger ones.</summary>
    public LargeAttachments OtherAttachments { get; init; } = LargeAttachments.Link;

    /// <summary>Statuses that mean something else than usual.</summary>
    public IReadOnlyDictionary<int, WebhookStatusMeaning> Responses { get; init; } = new Dictionary<int, WebhookStatusMeaning>();

    /// <summary>Connect to last octet of the answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A rule put <see cref="Url"/> together out of the mail, its host included.</summary>
    internal bool HostFromMail { get; init; }

    /// <summary>A rule's author wrote out another host than the configured one and gave no secret for it: ours signs, but is no credential there.</summary>
    internal bool IsSecretOfAnotherHost { get; init; }

    /// <summary>For somebody who may see what is sent, but not prove anything with it: signatures and signed links are blotted out.</summary>
    internal bool HidesSignatures { get; init; }

    /// <summary>Large attachments that can't be linked are put inline; a script's own view leaves them out.</summary>
    internal bool InlinesWhatHasNoLink { get; init; } = true;

    /// <summary>Without the secrets, wherever it is written.</summary>
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
