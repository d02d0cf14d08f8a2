using System.CommandLine;
using InboundBridge.Benchmarks.Arguments;

namespace InboundBridge.Benchmarks.Signatures;

/// <summary>
/// "signatures": what the check of a DKIM signature costs a mail, and what signing costs it, and how much of that is arithmetic.
/// </summary>
internal static class SignaturesCommand
{
    public static Command Create()
    {
        var rounds = Number.Whole("--rounds", "interleaved rounds of each kind", 15);
        var signing = new Option<bool>("--signing") { Description = "signing instead of checking" };
        var command = new Command("signatures", "checks of DKIM signatures with cached keys: processor time and octets allocated")
        {
            rounds, signing,
        };
        command.SetAction(result =>
        {
            if (result.GetValue(signing))
                SigningRates.Print(Console.Out, result.GetValue(rounds));
            else
                SignatureRates.Print(Console.Out, result.GetValue(rounds));
        });
        return command;
    }
}
