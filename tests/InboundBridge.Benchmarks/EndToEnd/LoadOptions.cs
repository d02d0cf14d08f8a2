namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>What is sent, and how often.</summary>
internal sealed record LoadOptions
{
    public required int Rounds { get; init; }

    /// <summary>Mails of one run.</summary>
    public required int Messages { get; init; }

    public required int Connections { get; init; }

    /// <summary>Octets of a mail's body.</summary>
    public required int Size { get; init; }

    public required int Rules { get; init; }

    public required string Format { get; init; }

    public required bool OnePerConnection { get; init; }

    public required string Folder { get; init; }

    /// <summary>The inboundbridge.dll that is measured.</summary>
    public required string Appliance { get; init; }

    /// <summary>After this a run has failed.</summary>
    public TimeSpan Allowed { get; init; } = TimeSpan.FromMinutes(5);
}
