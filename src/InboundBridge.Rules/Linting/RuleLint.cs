using InboundBridge.Rules.Actions;
using InboundBridge.Rules.Conditions;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Loading;
using InboundBridge.Rules.Patterns;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Linting;

/// <summary>Warnings about a set that loads without errors.</summary>
internal static class RuleLint
{
    public static void Run(IReadOnlyList<(Rule Rule, IReadOnlyList<NameUse> Uses)> rules, LoadContext context)
    {
        foreach (var (rule, _) in rules)
        {
            foreach (var condition in Tree(rule.When))
                ConditionLint.Run(condition, context);
        }
        ReachLint.Run([.. rules.Select(rule => rule.Rule)], context.Problems);
        UnusedCaptures(rules, context.Problems);
        UnknownTags([.. rules.Select(rule => rule.Rule)], context.Problems);
        foreach (var (name, position) in context.Lists.Positions.Where(list => !context.Lists.Used.Contains(list.Key)))
            context.Problems.Warn(position, $"no rule uses the list '{name}'", $"in: {name}");
    }

    public static IEnumerable<Condition> Tree(Condition condition) => condition.Children.SelectMany(Tree).Prepend(condition);

    /// <summary>
    /// Some kinds of destination receive every var, and a script may look at any. Elsewhere a capture that no template names is of no use.
    /// </summary>
    private static void UnusedCaptures(IReadOnlyList<(Rule Rule, IReadOnlyList<NameUse> Uses)> rules, SourceProblems problems)
    {
        var last = rules.ToList().FindLastIndex(entry => entry.Rule.HasScript || entry.Rule.Then.Any(action => action.CarriesVars)
            || Tree(entry.Rule.When).Any(condition => condition is ScriptCondition));
        var used = rules.SelectMany(entry => entry.Uses).Select(use => use.Name).ToHashSet(StringComparer.Ordinal);
        for (var index = 0; index < rules.Count; index++)
        {
            var rule = rules[index].Rule;
            var carried = rule.MayEnd ? rule.HasScript || rule.Then.Any(action => action.CarriesVars) : index <= last;
            if (carried)
                continue;
            foreach (var name in rule.When.Captures.Distinct(StringComparer.Ordinal).Where(name => !used.Contains(name)))
                problems.Warn(rule.Position, $"rule '{rule.Name}' captures '{name}' and nothing uses it",
                    "write * where the value doesn't matter");
        }
    }

    private static void UnknownTags(List<Rule> rules, SourceProblems problems)
    {
        var tags = new List<string>();
        foreach (var rule in rules)
        {
            if (rule.HasScript || rule.Then.OfType<TagAction>().Any(action => action.Templates.Any(tag => !tag.IsLiteral)))
                return;
            foreach (var condition in Tree(rule.When).OfType<TaggedCondition>())
            {
                var context = new PatternContext();
                if (!tags.Exists(tag => condition.Value.Matches(FactValue.Of(tag), context)))
                    problems.Warn(condition.Position, $"no rule above gives a tag like '{condition.Pattern}'",
                        NearestName.Hint(condition.Pattern, tags));
            }
            tags.AddRange(rule.Then.OfType<TagAction>().SelectMany(action => action.Templates).Select(tag => tag.Literal));
        }
    }
}
