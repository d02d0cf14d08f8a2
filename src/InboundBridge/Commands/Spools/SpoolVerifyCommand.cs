using System.CommandLine;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Moving;

namespace InboundBridge.Commands.Spools;

/// <summary><c>spool verify [FILE]</c>.</summary>
internal sealed class SpoolVerifyCommand(SpoolCalls calls)
{
    private readonly Argument<string?> _file = new("FILE")
    {
        Description = "An export to check instead of the configured spool; '-' for standard input.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _key = new("--key-file")
    {
        Description = "With FILE: also check that this is the key of the export.",
        HelpName = "KEY",
    };

    public Command Create()
    {
        var command = new Command(
            "verify", "Reads everything in the spool, or in an export, and checks every digest, reference and total. Changes nothing.")
        {
            _file, _key, calls.Json,
        };
        command.SetAction((arguments, cancellationToken) => arguments.GetValue(_file) is { } file
            ? calls.GuardAsync(() => RunAsync(arguments, progress => SpoolMoves.CheckFileAsync(
                file == SpoolCalls.Standard ? null : file, file == SpoolCalls.Standard ? Console.OpenStandardInput() : null,
                arguments.GetValue(_key), progress, cancellationToken)))
            : calls.RunAsync(arguments, place => RunAsync(
                arguments, progress => SpoolMoves.VerifyAsync(place, calls.Console.Time, progress, cancellationToken))));
        return command;
    }

    private async Task<int> RunAsync(ParseResult arguments, Func<IProgress<MoveProgress>, Task<MoveResult>> verify)
    {
        MoveResult result;
        using (var progress = calls.ShowProgress())
            result = await verify(progress);
        return await calls.PrintAsync(result, arguments, calls.Console.Out);
    }
}
