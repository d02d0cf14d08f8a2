using InboundBridge.Configuration.Secrets;
using InboundBridge.MailFlow.Delivery.SmtpRelay;

namespace InboundBridge.Configuration.Destinations.Relay;

/// <summary>Configuration <c>destinations.NAME.relay</c> without the queue's keys.</summary>
internal sealed record RelaySettings
{
    public required RelayOptions Target { get; init; }

    /// <summary>Read and kept; it has no effect yet.</summary>
    public Secret? Srs { get; init; }

    /// <summary>Read and kept; it has no effect yet.</summary>
    public DkimSigningOptions? Dkim { get; init; }
}

internal sealed record DkimSigningOptions
{
    public string Domain { get; init; } = string.Empty;

    public string Selector { get; init; } = string.Empty;

    /// <summary>Full path of a PEM file.</summary>
    public string Key { get; init; } = string.Empty;
}
