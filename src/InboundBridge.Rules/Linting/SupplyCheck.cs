using InboundBridge.Rules.Actions;
using InboundBridge.Rules.Conditions;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.ScriptCalls;
using InboundBridge.Rules.Templates;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Linting;

/// <summary>
/// Reports rules that ask for a fact which nothing supplies under this configuration. The fact would be unknown for every mail, and each
/// mail that such a rule concerns would be deferred.
/// </summary>
internal static class SupplyCheck
{
    public static void Run(IEnumerable<Rule> rules, RuleSetEnvironment environment, SourceProblems problems)
    {
        if (environment.Unsupplied.Count == 0 || environment.AcceptsUnsupplied)
            return;
        foreach (var rule in rules.Where(rule => rule.Enabled))
        {
            foreach (var condition in RuleLint.Tree(rule.When))
                Check(condition, environment, problems);
            foreach (var action in rule.Then)
                Check(action, environment, problems);
        }
    }

    private static void Check(Condition condition, RuleSetEnvironment environment, SourceProblems problems)
    {
        switch (condition)
        {
            case FactCondition { Fact: { } fact } when environment.Unsupplied.TryGetValue(fact, out var hint):
                problems.Error(condition.Position, $"nothing supplies '{fact}' here", hint);
                break;
            case ScriptCondition script:
                Check(script.Needs, script.Position, environment, problems);
                break;
        }
    }

    private static void Check(RuleAction action, RuleSetEnvironment environment, SourceProblems problems)
    {
        if (action is ScriptAction script)
            Check(script.Needs, script.Position, environment, problems);
        foreach (var name in action.Templates.SelectMany(template => template.Names).Distinct(StringComparer.Ordinal))
        {
            if (TemplateNeeds.FactOf(name) is { } fact && environment.Unsupplied.TryGetValue(fact, out var hint))
                problems.Error(action.Position, $"nothing supplies '{{{name}}}' here", hint);
        }
    }

    private static void Check(ScriptNeeds needs, SourcePosition position, RuleSetEnvironment environment, SourceProblems problems)
    {
        foreach (var (word, facts) in needs.Read)
        {
            if (facts.Where(environment.Unsupplied.ContainsKey).Select(fact => environment.Unsupplied[fact]).FirstOrDefault() is { } hint)
                problems.Error(position, $"the script reads '{word}', which nothing supplies here", hint);
        }
    }
}
