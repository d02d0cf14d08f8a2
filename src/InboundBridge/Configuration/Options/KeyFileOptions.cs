using InboundBridge.Configuration.Secrets;

namespace InboundBridge.Configuration.Options;

/// <summary>A file of private keys.</summary>
internal sealed record KeyFileOptions
{
    /// <summary>Full path.</summary>
    public required string File { get; init; }

    /// <summary>Null: none.</summary>
    public Secret? Password { get; init; }
}
