using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Patterns;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Loading;

/// <summary>
/// Checks that every name in a template is captured or set by its own rule or a rule
/// above. A script may set any name for the rules behind it.
/// </summary>
internal static class NameCheck
{
    public static void Run(IReadOnlyList<(Rule Rule, IReadOnlyList<NameUse> Uses)> rules, SourceProblems problems)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        var anything = false;
        foreach (var (rule, uses) in rules)
        {
            known.UnionWith(rule.Effects.Vars);
            anything |= rule.Effects.AnyVar;
            foreach (var use in uses)
            {
                if (anything || known.Contains(use.Name) || use.IsTemplate && VariableName.IsBuiltIn(use.Name))
                    continue;
                var all = use.IsTemplate ? known.Concat(VariableName.BuiltIn).ToList() : [.. known];
                if (use.IsTemplate)
                    problems.Error(use.Position, $"nothing supplies '{{{use.Name}}}': no rule up to here captures or sets it",
                        NearestName.Hint(use.Name, all));
                else
                    problems.Warn(use.Position, $"no rule up to here captures or sets '{use.Name}'", NearestName.Hint(use.Name, all));
            }
        }
    }
}
