using System.CommandLine;

namespace InboundBridge.Benchmarks.Rules;

/// <summary>"rules": what one decision costs with 10 rules and with 10,000, and the ratio.</summary>
internal static class RulesCommand
{
    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "interleaved rounds of each kind", DefaultValueFactory = _ => 9 };
        var few = new Option<int>("--few") { Description = "rules in the small set", DefaultValueFactory = _ => 10 };
        var many = new Option<int>("--many") { Description = "rules in the large set", DefaultValueFactory = _ => 10_000 };
        var command = new Command("rules", "evaluation with few rules against many: literal recipients, globs, regular expressions") { rounds, few, many };
        command.SetAction(result => RuleGrowth.Print(Console.Out, result.GetValue(few), result.GetValue(many), result.GetValue(rounds)));
        return command;
    }
}
