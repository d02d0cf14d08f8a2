using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.Benchmarks.Soak;

/// <summary>The options of a soak.</summary>
internal sealed record SoakOptions
{
    public required TimeSpan Time { get; init; }

    /// <summary>Mails a second.</summary>
    public required int Rate { get; init; }

    /// <summary>Octets of a mail's text.</summary>
    public required int Size { get; init; }

    /// <summary>Parallel SMTP sessions.</summary>
    public required int Connections { get; init; }

    /// <summary>Percentage of requests that the receiver refuses at first.</summary>
    public required int Failures { get; init; }

    /// <summary>The interval between kills (kill -9) of the appliance; null: never.</summary>
    public TimeSpan? KillEvery { get; init; }

    /// <summary>The interval between samples.</summary>
    public required TimeSpan SampleEvery { get; init; }

    public required string Folder { get; init; }

    public required ApplianceBuild Appliance { get; init; }
}
