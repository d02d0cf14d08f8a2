using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.Benchmarks.Soak;

/// <summary>One soak.</summary>
internal sealed record SoakOptions
{
    public required TimeSpan Time { get; init; }

    /// <summary>Mails a second.</summary>
    public required int Rate { get; init; }

    /// <summary>Octets of a mail's text.</summary>
    public required int Size { get; init; }

    /// <summary>Parallel SMTP sessions.</summary>
    public required int Connections { get; init; }

    /// <summary>Per cent of the requests that the receiver doesn't take at first.</summary>
    public required int Failures { get; init; }

    /// <summary>How often the appliance gets kill -9; null: never.</summary>
    public TimeSpan? KillEvery { get; init; }

    /// <summary>How often it is looked at.</summary>
    public required TimeSpan SampleEvery { get; init; }

    public required string Folder { get; init; }

    public required ApplianceBuild Appliance { get; init; }
}
