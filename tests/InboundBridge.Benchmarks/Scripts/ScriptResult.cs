namespace InboundBridge.Benchmarks.Scripts;

/// <summary>One round of one build.</summary>
/// <param name="Plain">Mails that the rule without a script refused.</param>
/// <param name="Scripted">Mails that the rule with a script refused.</param>
/// <param name="Others">What others took of the machine, from 0 to 1.</param>
internal sealed record ScriptResult(string Build, int Round, RefusalCost Plain, RefusalCost Scripted, double Others)
{
    /// <summary>What the script adds to the wait for the reply.</summary>
    public TimeSpan Wait => Scripted.Median - Plain.Median;

    /// <summary>What the script adds to the processor time.</summary>
    public TimeSpan Cpu => Scripted.Cpu - Plain.Cpu;
}
