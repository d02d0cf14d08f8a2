using System.CommandLine;
using InboundBridge.Benchmarks.Arguments;

namespace InboundBridge.Benchmarks.Rules;

/// <summary>"rules": measures the cost of a decision with 10 rules and with 10,000, and the ratio.</summary>
internal static class RulesCommand
{
    public static Command Create()
    {
        var rounds = Number.Whole("--rounds", "interleaved rounds of each kind", 9);
        var few = Number.Whole("--few", "rules in the small set", 10);
        var many = Number.Whole("--many", "rules in the large set", 10_000);
        var command =
            new Command(
                "rules", "evaluation with few rules against many: literal recipients, globs, regular expressions") { rounds, few, many };
        command.SetAction(result => RuleGrowth.Print(Console.Out, result.GetValue(few), result.GetValue(many), result.GetValue(rounds)));
        return command;
    }
}
