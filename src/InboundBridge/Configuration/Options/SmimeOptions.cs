namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>authentication.smime</c>.</summary>
internal sealed record SmimeOptions
{
    /// <summary>Full path of a PEM file; null: no signature is trusted.</summary>
    public string? TrustedCertificates { get; init; }

    /// <summary>PKCS #12 files of the keys that decrypt.</summary>
    public IReadOnlyList<KeyFileOptions> Keys { get; init; } = [];
}
