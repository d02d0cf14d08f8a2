using InboundBridge.Rules.Conditions;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Patterns;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Linting;

/// <summary>
/// Finds rules that are never reached, because a rule above ends evaluation whenever they would match: it has no conditions, or only
/// conditions that they have too, or its pattern on the recipient covers theirs.
/// </summary>
internal static class ReachLint
{
    public static void Run(IReadOnlyList<Rule> rules, SourceProblems problems)
    {
        var index = new RuleIndex(rules);
        var questions = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        Rule? all = null;
        var candidates = new List<int>();
        for (var place = 0; place < rules.Count; place++)
        {
            var rule = rules[place];
            if (!rule.Enabled)
                continue;
            var conjuncts = Conjuncts(rule.When).ToList();
            var above = all ?? SameQuestions(rules, questions, conjuncts) ?? CoveredRecipient(rules, index, place, conjuncts, candidates);
            if (above is not null)
            {
                problems.Warn(rule.Position,
                    $"rule '{rule.Name}' never gets a turn: '{above.Name}' above it matches whenever it does and ends evaluation",
                    "put it above, or let the other one say 'continue: true'");
                continue;
            }
            if (!Ends(rule))
                continue;
            if (conjuncts.Count == 0)
                all = rule;
            else if (!questions.TryAdd(Text(conjuncts[0]), [place]))
                questions[Text(conjuncts[0])].Add(place);
        }
    }

    /// <summary>It ends evaluation whenever it matches. A script alone may decide nothing.</summary>
    private static bool Ends(Rule rule) => !rule.Continue && rule.Then.Any(action => action.Delivers || action.Refuses);

    private static IEnumerable<Condition> Conjuncts(Condition condition) =>
        condition is AllCondition all ? all.Children.SelectMany(Conjuncts) : [condition];

    /// <summary>The condition as text, its children included, for comparison.</summary>
    private static string Text(Condition condition) => condition.Children.Count == 0
        ? $"{condition.Label}={condition.Pattern}"
        : $"{condition.Label}({string.Join(",", condition.Children.Select(Text))})";

    private static Rule? SameQuestions(IReadOnlyList<Rule> rules, Dictionary<string, List<int>> questions, List<Condition> conjuncts)
    {
        var asked = conjuncts.Select(Text).ToHashSet(StringComparer.Ordinal);
        foreach (var place in asked.SelectMany(question => questions.GetValueOrDefault(question) ?? []))
        {
            // Samples of different rules select different messages even where they are written alike.
            var above = Conjuncts(rules[place].When).ToList();
            if (above.TrueForAll(condition => condition is not SampleCondition && asked.Contains(Text(condition))))
                return rules[place];
        }
        return null;
    }

    private static Rule? CoveredRecipient(IReadOnlyList<Rule> rules, RuleIndex index, int place, List<Condition> conjuncts,
        List<int> candidates)
    {
        if (conjuncts.OfType<RecipientCondition>()
            .FirstOrDefault(condition => condition.Part == AddressPart.Address)?.Value is not LiteralPattern literal)
            return null;
        candidates.Clear();
        var recipient = new RuleRecipient(literal.Text);
        index.Select(recipient, null, candidates);
        foreach (var above in candidates.TakeWhile(candidate => candidate < place).Select(candidate => rules[candidate]).Where(Ends))
        {
            if (above.When is RecipientCondition covering
                && covering.Value.Matches(RecipientCondition.ValueOf(recipient, covering.Part), new PatternContext()))
                return above;
        }
        return null;
    }
}
