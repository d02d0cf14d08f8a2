using InboundBridge.MailFlow.Routing;

namespace InboundBridge.Operations.Status;

/// <summary>How often the shadow rules would have decided otherwise.</summary>
/// <param name="Path">Configuration <c>rules.shadow</c>; null without shadow rules.</param>
/// <param name="Rules">How many rules the second set has.</param>
/// <param name="Recent">The latest differences.</param>
public sealed record ShadowReport(
    string? Path, int Rules, long Compared, long Diverged, long Skipped, IReadOnlyList<ShadowDivergence> Recent);
