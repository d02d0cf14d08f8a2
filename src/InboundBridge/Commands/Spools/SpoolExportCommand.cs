using System.CommandLine;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Moving;
using InboundBridge.Setup;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Spools;

/// <summary><c>spool export FILE</c>.</summary>
internal sealed class SpoolExportCommand(SpoolCalls calls)
{
    private readonly Argument<string> _file = new("FILE") { Description = "The file to write; '-' for standard output." };

    private readonly Option<string?> _key = SpoolCalls.KeyFile(
        "The file of the key that seals the secrets in the export; it is made if it is missing. Keep it apart from the export.");

    private readonly Option<bool> _move = new("--move")
    {
        Description = "Close the spool, so that it never delivers again what the export holds. Stop every appliance first.",
    };

    public Command Create()
    {
        var command = new Command("export", "Writes the whole spool to a file: a backup, or with --move the way to another store.")
        {
            _file, _key, _move, calls.Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(_file) == SpoolCalls.Standard && result.GetValue(_key) is null)
                result.AddError("'-' needs --key-file KEY: the key must not go the way of the export");
        });
        command.SetAction((arguments, cancellationToken) =>
            calls.RunAsync(arguments, place => RunAsync(place, arguments, cancellationToken)));
        return command;
    }

    private async Task<int> RunAsync(SpoolPlace place, ParseResult arguments, CancellationToken cancellationToken)
    {
        var file = arguments.GetRequiredValue(_file);
        var isStandard = file == SpoolCalls.Standard;
        var key = arguments.GetValue(_key) ?? file + ".key";
        var isMove = arguments.GetValue(_move);
        MoveResult result;
        await using (var output = isStandard ? new BufferedStream(calls.Console.OpenOut(), 1024 * 1024) : null)
        using (var progress = calls.ShowProgress())
        {
            var request = new ExportRequest(isStandard ? null : file, output, key, isMove, ProductVersion.Text);
            result = await SpoolMoves.ExportAsync(place, request, calls.Console.Time, progress, cancellationToken);
        }
        var code = await calls.PrintAsync(result, arguments, isStandard ? calls.Console.Error : calls.Console.Out);
        if (result.IsContinued)
            await calls.Console.Error.WriteLineAsync("the export went on where it was interrupted");
        await calls.Console.Error.WriteLineAsync(TerminalText.Plain(
            $"exported {result.Place}; the secrets in it need the key {key}"
            + (isMove ? ". The spool is closed: import the export elsewhere, or 'inboundbridge spool reopen'" : string.Empty)));
        return code;
    }
}
