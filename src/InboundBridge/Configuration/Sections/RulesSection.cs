using System.Text.Json.Nodes;
using InboundBridge.Configuration.Binding;

namespace InboundBridge.Configuration.Sections;

internal static class RulesSection
{
    public static SectionShape<RulesOptions> Shape { get; } = new SectionShape<RulesOptions>("The rules.", () => new RulesOptions { Path = string.Empty })
        .Key("path", new PathShape(PathMustBe.FileOrFolder), (rules, value) => rules with { Path = value },
            "A directory whose *.yaml files are read in name order, or one file. Default: rules/ where there is one.")
        .Key("default", Default, (rules, value) => rules with { Default = value }, "What a recipient meets that no rule decides for.", "reject")
        .Key("on_error", Scalars.Choice(("defer", RuleErrorAction.Defer), ("reject", RuleErrorAction.Reject), ("hold", RuleErrorAction.Hold)),
            (rules, value) => rules with { OnError = value }, "What a message meets when a rule or a script fails.", "defer")
        .Key("shadow", new PathShape(PathMustBe.FileOrFolder), (rules, value) => rules with { Shadow = value },
            "A second set that is evaluated on live mail without acting.");

    private static ScalarShape<DefaultAction> Default => new("reject, hold, discard or a destination", Parse, () => new JsonObject { ["type"] = "string" });

    private static bool Parse(string text, out DefaultAction action)
    {
        action = text switch
        {
            "reject" => new DefaultAction(DefaultActionKind.Reject),
            "hold" => new DefaultAction(DefaultActionKind.Hold),
            "discard" => new DefaultAction(DefaultActionKind.Discard),
            _ => new DefaultAction(DefaultActionKind.Deliver, text),
        };
        return text.Length > 0;
    }
}
