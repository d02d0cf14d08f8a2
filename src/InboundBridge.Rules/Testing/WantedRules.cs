using InboundBridge.Rules.Actions;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Testing;

/// <summary>Finds the rules that could meet an expectation. The report of a failing test says why those did not match.</summary>
internal static class WantedRules
{
    /// <param name="set">Says which keys are kinds of destination.</param>
    public static Func<Rule, bool> Of(RuleSet set, string key, YamlNode value) => key switch
    {
        _ when set.IsKind(key) => DeliversTo(value),
        "rule" or "matched" => Named(value),
        "hold" => rule => rule.Then.Any(action => action is HoldAction),
        "reject" => Refuses(RuleRefusalKind.Reject),
        "defer" => Refuses(RuleRefusalKind.Defer),
        "discard" => Refuses(RuleRefusalKind.Discard),
        "tags" => Tags(value),
        _ => _ => false,
    };

    private static Func<Rule, bool> Named(YamlNode value)
    {
        var names = Texts(value).ToHashSet(StringComparer.Ordinal);
        return rule => names.Contains(rule.Name);
    }

    private static Func<Rule, bool> DeliversTo(YamlNode value)
    {
        var names = YamlShape.Items(value).Select(item => item is YamlMapping options ? options["destination"] : item).OfType<YamlScalar>()
            .Select(name => name.Value).ToHashSet(StringComparer.Ordinal);
        return rule => rule.Then.OfType<DeliverAction>().Any(action => names.Contains(action.Destination));
    }

    private static Func<Rule, bool> Refuses(RuleRefusalKind kind) => rule => rule.Then.Any(action => action.Refusal == kind);

    private static Func<Rule, bool> Tags(YamlNode value)
    {
        var tags = Texts(value).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return rule => rule.Then.OfType<TagAction>().SelectMany(action => action.Templates)
            .Any(tag => tag.IsLiteral && tags.Contains(tag.Literal));
    }

    private static IEnumerable<string> Texts(YamlNode value) =>
        YamlShape.Items(value).OfType<YamlScalar>().Where(text => !text.IsNull).Select(text => text.Value);
}
