namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>One system's run of one round.</summary>
internal interface IMeasuredRun
{
    /// <summary>
    /// What processes that have nothing to do with the measurement took of the machine, and its host of its processors, from 0 to 1.
    /// </summary>
    double Others { get; }
}
