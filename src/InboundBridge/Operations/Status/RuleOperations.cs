using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.Routing;
using InboundBridge.Operations.Principals;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Setup;

namespace InboundBridge.Operations.Status;

/// <summary>Shows the rules in force, and the comparison with the shadow rules.</summary>
internal sealed class RuleOperations(ReceptionServices reception, ShadowComparison shadow, CurrentSetup current)
{
    public IReadOnlyList<Rule> List(Principal who)
    {
        who.Demand(Operation.ListRules);
        return reception.CurrentPolicy.Routing.Rules.Rules;
    }

    /// <summary>The rules' own tests that the rules in force have passed, by the name of each rule that matched in them.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<RuleTest>> ShowTests(Principal who)
    {
        who.Demand(Operation.ListRules);
        return current.Setup.Tests.SelectMany(result => result.Matched.Select(rule => (rule, result.Test)))
            .GroupBy(each => each.rule, each => each.Test, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, IReadOnlyList<RuleTest> (group) => [.. group], StringComparer.Ordinal);
    }

    public ShadowReport ShowShadow(Principal who)
    {
        who.Demand(Operation.ShowShadow);
        var setup = current.Setup;
        return new ShadowReport(
            setup.Options.Rules.Shadow, setup.Shadow?.Rules.Rules.Count ?? 0, shadow.Compared, shadow.Diverged, shadow.Skipped,
            [.. shadow.Recent]);
    }
}
