using InboundBridge.Rules.Evaluation;

namespace InboundBridge.Api.Json;

internal sealed record RuleJson(string Name, string Position, bool Enabled, long Hits, DateTimeOffset? LastHit)
{
    public static RuleJson Of(Rule rule) => new(rule.Name, rule.Position.ToString(), rule.Enabled, rule.Hits, rule.LastHit);
}
