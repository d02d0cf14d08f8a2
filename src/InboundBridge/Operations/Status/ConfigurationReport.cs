using InboundBridge.Configuration;
using InboundBridge.Setup.Reloading;

namespace InboundBridge.Operations.Status;

/// <param name="File">Null for the built-in defaults.</param>
/// <param name="Yaml">File and overrides together, secrets left out.</param>
/// <param name="CanReload">There is a configuration to read again.</param>
/// <param name="LastReload">Null before the first reload since the start.</param>
/// <param name="Warnings">Of what is in force, as <c>check</c> prints them.</param>
/// <param name="RestartNeeded">Keys that were changed since the start and take effect with the next one.</param>
public sealed record ConfigurationReport(
    string? File, string Version, string Yaml, bool CanReload, ReloadRecord? LastReload,
    IReadOnlyList<string> Warnings, IReadOnlyList<string> RestartNeeded)
{
    /// <summary>The keys that the configuration does not set, with the defaults in force; empty where nobody asked for them.</summary>
    public IReadOnlyList<DefaultInForce> Defaults { get; init; } = [];

    /// <summary>Who hears of what needs a person; null: nobody.</summary>
    public NotifyReport? Notices { get; init; }
}

/// <param name="Webhook">The destination.</param>
/// <param name="Events">As the configuration spells them.</param>
public sealed record NotifyReport(string Webhook, IReadOnlyList<string> Events);
