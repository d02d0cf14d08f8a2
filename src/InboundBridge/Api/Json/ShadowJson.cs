using InboundBridge.MailFlow.Routing;
using InboundBridge.Operations.Status;

namespace InboundBridge.Api.Json;

/// <param name="Next">Always null: only the latest differences are kept.</param>
internal sealed record ShadowJson(
    string? Path, int Rules, long Compared, long Diverged, long Skipped, IEnumerable<ShadowDivergenceJson> Items, string? Next)
{
    public static ShadowJson Of(ShadowReport report) =>
        new(report.Path, report.Rules, report.Compared, report.Diverged, report.Skipped, report.Recent.Select(ShadowDivergenceJson.Of),
            null);
}

internal sealed record ShadowDivergenceJson(
    DateTimeOffset At, string MessageId, string Recipient, string Stage, string ConfigVersion, RoutedOutcome Live, RoutedOutcome Shadow)
{
    public static ShadowDivergenceJson Of(ShadowDivergence divergence) => new(
        divergence.At,
        divergence.MessageId,
        divergence.Recipient,
        divergence.Stage.ToString().ToLowerInvariant(),
        divergence.ConfigVersion,
        divergence.Live,
        divergence.Shadow);
}
