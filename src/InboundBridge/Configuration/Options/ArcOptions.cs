namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>authentication.arc</c>.</summary>
internal sealed record ArcOptions
{
    public bool IsOn { get; init; } = true;

    /// <summary>Domains whose seals are trusted, in A-labels and lower case; <c>*.example.com</c> stands for the names below it.</summary>
    public IReadOnlyList<string> TrustedSealers { get; init; } = [];
}
