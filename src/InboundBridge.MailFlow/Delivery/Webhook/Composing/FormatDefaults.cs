using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.MailFlow.Delivery.Webhook.Composing;

/// <summary>A format's settings for whatever the configuration leaves open.</summary>
internal sealed record FormatDefaults
{
    public static FormatDefaults Native { get; } = new() { HasLinks = true, ShowsSpam = true, ShowsVirus = true, ShowsSignatures = true };

    public StatusMeanings Statuses { get; init; } = StatusMeanings.Native;

    /// <summary>
    /// The user that signs in with the first secret as password (HTTP Basic) if the configuration has no <c>auth</c>; null: no user does.
    /// </summary>
    public string? BasicUser { get; init; }

    /// <summary>The first secret is a credential of the vendor, so the vendor decides its length.</summary>
    public bool HasVendorsCredential { get; init; }

    /// <summary>The format can carry a link instead of an attachment.</summary>
    public bool HasLinks { get; init; }

    /// <summary>The format shows what the spam scanner says.</summary>
    public bool ShowsSpam { get; init; }

    /// <summary>The format shows what the virus scanner says.</summary>
    public bool ShowsVirus { get; init; }

    /// <summary>The format shows what is known about S/MIME and OpenPGP signatures.</summary>
    public bool ShowsSignatures { get; init; }

    /// <summary>The vendor's retry schedule; null: ours.</summary>
    public RetryOptions? Retry { get; init; }
}
