using System.Text.Json.Nodes;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;

namespace InboundBridge.Configuration.Sections;

internal static class RulesSection
{
    public static SectionShape<RulesOptions> Shape { get; } =
        new SectionShape<RulesOptions>("Where the rules are, and what happens when none of them decides.", () => new RulesOptions { Path = string.Empty })
        .Key("path", new PathShape(PathMustBe.FileOrFolder), (rules, value) => rules with { Path = value },
            "A directory, whose *.yaml and *.yml files (at any depth) are read in the order of their paths, or a single file. Default: rules/ if it exists.")
        .Key("default", Default, (rules, value) => rules with { Default = value },
            "What happens to a recipient for which no rule decides: reject (550 5.7.1), hold (kept until a person releases it), discard (250, then dropped), or the name of a destination.", "reject")
        .Key("on_error",
            Scalars.Choice(("defer", RuleErrorAction.Defer), ("reject", RuleErrorAction.Reject), ("hold", RuleErrorAction.Hold)),
            (rules, value) => rules with { OnError = value }, "What happens to a message when a rule or a script fails.", "defer")
        .Key("allow_empty", Scalars.Toggle, (rules, value) => rules with { AllowEmpty = value },
            "Accepts a reload after which no rules are left, or after which a file that had rules is empty. Without it such a reload is refused as a mistake, and the old rules stay.", "false")
        .Key("shadow", new PathShape(PathMustBe.FileOrFolder), (rules, value) => rules with { Shadow = value },
            "A second set of rules, evaluated on live mail without any effect.");

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
