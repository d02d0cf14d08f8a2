using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using InboundBridge.Commands.Remote;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Moving;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Spools;

/// <summary><c>spool import FILE</c>.</summary>
internal sealed class SpoolImportCommand(SpoolCalls calls)
{
    private readonly Argument<string?> _file = new("FILE")
    {
        Description = "What 'spool export' wrote; '-' for standard input.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _key = SpoolCalls.KeyFile("The file of the key that 'spool export' made or was given.");

    private readonly Option<bool> _abandon = new("--abandon")
    {
        Description = "Instead of importing: remove what an import has stored that was interrupted, for example because its file is lost.",
    };

    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "With --abandon: don't ask." };

    public Command Create()
    {
        var command = new Command(
            "import", "Stores what an export holds in the configured spool. Mails that are there already are passed over.")
        {
            _file, _key, _abandon, _yes, calls.Json,
        };
        command.Validators.Add(result =>
        {
            var (file, abandons) = (result.GetValue(_file), result.GetValue(_abandon));
            if (file is null && !abandons)
                result.AddError("name the FILE that 'spool export' wrote, or '-' for standard input");
            if (file is not null && abandons)
                result.AddError("--abandon takes no FILE: it removes what interrupted imports have stored, whatever their files");
            if (file == SpoolCalls.Standard && result.GetValue(_key) is null)
                result.AddError("'-' needs --key-file KEY");
        });
        command.SetAction((arguments, cancellationToken) =>
            calls.RunAsync(arguments, place => arguments.GetValue(_abandon)
                ? AbandonAsync(place, arguments, cancellationToken) : RunAsync(place, arguments, cancellationToken)));
        return command;
    }

    private async Task<int> AbandonAsync(SpoolPlace place, ParseResult arguments, CancellationToken cancellationToken)
    {
        var canNotAsk = false;
        var removed = await SpoolMoves.AbandonImportAsync(place, Confirmed, calls.Console.Time, cancellationToken);
        if (removed is null)
        {
            await calls.Console.Error.WriteLineAsync(
                canNotAsk ? "nothing was removed: add --yes to remove what was imported" : "nothing was removed");
            return canNotAsk ? ExitCode.Usage : ExitCode.Failed;
        }
        if (arguments.GetValue(calls.Json))
        {
            await calls.Console.Out.WriteLineAsync(new JsonObject
            {
                ["place"] = removed.Place,
                ["removed"] = removed.Messages,
                ["kept"] = removed.Kept,
            }.ToJsonString(CommandJson.Indented));
        }
        await calls.Console.Error.WriteLineAsync(TerminalText.Plain(string.Create(
            CultureInfo.InvariantCulture,
            $"{removed.Place}: {removed.Messages} mails of interrupted imports removed; no import is under way any more")));
        if (removed.Kept > 0)
        {
            await calls.Console.Error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{removed.Kept} mails have got another delivery meanwhile: they stay, and can be delivered"));
        }
        return ExitCode.Done;

        bool Confirmed(HalfImport half)
        {
            if (arguments.GetValue(_yes))
                return true;
            var number = half.Messages.ToString(CultureInfo.InvariantCulture);
            calls.Console.Error.WriteLine(TerminalText.Plain(string.Create(
                CultureInfo.InvariantCulture,
                $"an interrupted import has stored {half.Messages} mails with {half.Deliveries} deliveries in {half.Place}")));
            canNotAsk = calls.Console.Ask is null;
            return calls.Console.Ask is { } ask && ask($"They will be removed for good. Type {number} to confirm: ")?.Trim() == number;
        }
    }

    private async Task<int> RunAsync(SpoolPlace place, ParseResult arguments, CancellationToken cancellationToken)
    {
        var file = arguments.GetValue(_file)!;
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
