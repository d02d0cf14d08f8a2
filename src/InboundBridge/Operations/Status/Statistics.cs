using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Operations.Status;

/// <summary>The figures of a running appliance.</summary>
/// <param name="RestartNeeded">Keys of the configuration that were changed since the start and take effect with the next one.</param>
/// <param name="Ready">Its listeners are open.</param>
public sealed record Statistics(
    string Version, string ConfigVersion, IReadOnlyList<string> RestartNeeded, bool Ready, SpoolCondition Condition, SpoolTotals Totals);
