using System.Text.Json.Nodes;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;

namespace InboundBridge.Configuration.Sections;

internal static class RulesSection
{
    public static SectionShape<RulesOptions> Shape { get; } =
        new SectionShape<RulesOptions>("The rules.", () => new RulesOptions { Path = string.Empty })
        .Key("path", new PathShape(PathMustBe.FileOrFolder), (rules, value) => rules with { Path = value },
            "A directory below which all *.yaml and *.yml files are read in the order of their paths, or one file. Default: rules/ where there is one.")
        .Key("default", Default, (rules, value) => rules with { Default = value },
            "What a recipient meets that no rule decides for: reject (550 5.7.1), hold (kept for a person), discard (250, and forgotten), or the name of a destination.", "reject")
        .Key("on_error",
            Scalars.Choice(("defer", RuleErrorAction.Defer), ("reject", RuleErrorAction.Reject), ("hold", RuleErrorAction.Hold)),
            (rules, value) => rules with { OnError = value }, "What a message meets when a rule or a script fails.", "defer")
        .Key("allow_empty", Scalars.Toggle, (rules, value) => rules with { AllowEmpty = value },
            "Take a reload that leaves no rule at all. Without it, rules that are gone from one moment to the next are taken for a mistake, and the old ones stay.", "false")
        .Key("shadow", new PathShape(PathMustBe.FileOrFolder), (rules, value) => rules with { Shadow = value },
            "A second set that is evaluated on live mail without acting.");

    private static ScalarShape<DefaultAction> Default =>
        new("reject, hold, discard or a destination", Parse, () => new JsonObject { ["type"] = "string" });

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
