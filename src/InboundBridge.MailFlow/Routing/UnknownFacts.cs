using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Routing;

/// <summary>Tells the operator why rules can't decide: the rule that waits, the facts that it lacks, and what did not answer.</summary>
internal static class UnknownFacts
{
    /// <summary>As in <c>rule 'no viruses' needs virus: scanners.clamav failed: clamd gave no answer within 10 s</c>.</summary>
    public static string Tell(RuleDecision decision, MessageFacts facts)
    {
        var missing = decision.MissingFacts;
        var failures = string.Join(", ", missing.Select(facts.FailureOf).OfType<string>().Distinct(StringComparer.Ordinal));
        return $"rule '{decision.WaitingRule}' needs {string.Join(", ", missing)}: "
            + (failures.Length > 0 ? failures : "nothing supplies it here");
    }
}
