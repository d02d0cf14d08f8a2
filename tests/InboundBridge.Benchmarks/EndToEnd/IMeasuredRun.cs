namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>A run of a system in a round.</summary>
internal interface IMeasuredRun
{
    /// <summary>The share of the processors that unrelated processes, and other guests of the host, used: from 0 to 1.</summary>
    double Others { get; }
}
