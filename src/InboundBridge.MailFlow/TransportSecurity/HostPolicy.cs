using InboundBridge.MailFlow.TransportSecurity.Dane;

namespace InboundBridge.MailFlow.TransportSecurity;

/// <summary>How one mail exchanger of a domain may be used.</summary>
public sealed record HostPolicy(ChannelDemand Demand, PolicySource Source)
{
    public static HostPolicy Opportunistic { get; } = new(ChannelDemand.Opportunistic, PolicySource.None);

    /// <summary>The host's TLSA records; only with <see cref="ChannelDemand.Dane"/>.</summary>
    public DaneTerms? Dane { get; init; }

    /// <summary>The policy as it is published, for reports; null without a policy.</summary>
    public PublishedPolicy? Published { get; init; }

    /// <summary>The host must not be used; null when it may.</summary>
    public HostRefusal? Refusal { get; init; }

    /// <summary>MTA-STS in testing mode: what would fail is reported, and mail goes out.</summary>
    public bool IsTesting { get; init; }

    /// <summary>In testing mode: the policy does not list the host.</summary>
    public bool IsUnlisted { get; init; }
}

/// <param name="Lines">The lines of an MTA-STS policy, or TLSA records.</param>
/// <param name="Hosts">The mail exchangers that it is about: patterns of MTA-STS, or the host with the TLSA records.</param>
public sealed record PublishedPolicy(IReadOnlyList<string> Lines, IReadOnlyList<string> Hosts);

/// <param name="Text">For the reply of the delivery: what is wrong, in a sentence without a full stop.</param>
public sealed record HostRefusal(TlsFailure Failure, string Text);
