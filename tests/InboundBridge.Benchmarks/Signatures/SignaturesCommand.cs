using System.CommandLine;
using InboundBridge.Benchmarks.Arguments;

namespace InboundBridge.Benchmarks.Signatures;

/// <summary>"signatures": what the check of a DKIM signature costs a mail, and how much of it is arithmetic.</summary>
internal static class SignaturesCommand
{
    public static Command Create()
    {
        var rounds = Number.Whole("--rounds", "interleaved rounds of each kind", 15);
        var command =
            new Command("signatures", "checks of DKIM signatures with cached keys: processor time and octets allocated") { rounds };
        command.SetAction(result => SignatureRates.Print(Console.Out, result.GetValue(rounds)));
        return command;
    }
}
