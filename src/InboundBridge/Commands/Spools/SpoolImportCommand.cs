using System.CommandLine;
using System.Globalization;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Moving;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Spools;

/// <summary><c>spool import FILE</c>.</summary>
internal sealed class SpoolImportCommand(SpoolCalls calls)
{
    private readonly Argument<string> _file = new("FILE") { Description = "What 'spool export' wrote; '-' for standard input." };

    private readonly Option<string?> _key = SpoolCalls.KeyFile("The file of the key that 'spool export' made or was given.");

    public Command Create()
    {
        var command = new Command(
            "import", "Stores what an export holds in the configured spool. Mails that are there already are passed over.")
        {
            _file, _key, calls.Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(_file) == SpoolCalls.Standard && result.GetValue(_key) is null)
                result.AddError("'-' needs --key-file KEY");
        });
        command.SetAction((arguments, cancellationToken) =>
            calls.RunAsync(arguments, place => RunAsync(place, arguments, cancellationToken)));
        return command;
    }

    private async Task<int> RunAsync(SpoolPlace place, ParseResult arguments, CancellationToken cancellationToken)
    {
        var file = arguments.GetRequiredValue(_file);
        var isStandard = file == SpoolCalls.Standard;
        MoveResult result;
        using (var progress = calls.ShowProgress())
        {
            result = await SpoolMoves.ImportAsync(
                place, isStandard ? null : file, isStandard ? Console.OpenStandardInput() : null,
                arguments.GetValue(_key) ?? file + ".key", calls.Console.Time, progress, cancellationToken);
        }
        if (result.WasDone)
        {
            await calls.Console.Error.WriteLineAsync(TerminalText.Plain(
                $"this export was imported into {result.Place} before, completely: nothing to do"));
            return ExitCode.Done;
        }
        var code = await calls.PrintAsync(result, arguments, calls.Console.Out);
        await calls.Console.Error.WriteLineAsync(TerminalText.Plain(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Place}: {result.Added} mails stored, {result.PassedOver} were there already. All of them can be delivered now")));
        return code;
    }
}
