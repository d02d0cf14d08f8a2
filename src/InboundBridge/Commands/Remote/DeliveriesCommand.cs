using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Remote;

/// <summary><c>deliveries list / show / retry / cancel / release</c>.</summary>
internal sealed class DeliveriesCommand(RemoteCalls remote)
{
    private readonly ListOptions _list = new();
    private readonly Option<string?> _state =
        MessageFilterOptions.Filter("state", "pending, retrying, delivered, dead, held or cancelled.");
    private readonly Option<string?> _destination = MessageFilterOptions.Filter("destination", "A destination's name.");
    private readonly Option<string?> _message = MessageFilterOptions.Filter("message", "A message's id.");
    private readonly Option<string?> _to =
        new("--to")
        {
            Description = "The destination. Default: each delivery's own; a delivery that was held before it had one needs this.",
            HelpName = "DESTINATION"
        };
    private readonly Argument<string> _id = new("ID") { Description = "A delivery's id." };
    private readonly Argument<string[]> _ids =
        new("ID")
        {
            Description = "Ids of deliveries; or select deliveries by --state, --destination or --message.",
            Arity = ArgumentArity.ZeroOrMore
        };

    public Command Create() => remote.Group(
        "deliveries",
        "Deliveries of a running appliance.",
        remote.Command("list", "Lists deliveries, newest first.", [_state, _destination, _message, .. _list.All], ListAsync),
        remote.Command("show", "Shows one delivery with its failed attempts.", [_id], ShowAsync),
        Change("retry", "Makes deliveries due at once and starts their retry schedule again."),
        Change("cancel", "Cancels deliveries: they are not attempted any more."),
        Change("release", "Releases held deliveries, and recipients that were refused after the data (with --to).", _to));

    public static ListPrinter Printer(CommandConsole console) => new(
        console,
        ListColumn.Of("id"), ListColumn.Of("state"), ListColumn.Of("destination"), ListColumn.Of("attempts", needsRoom: true),
            ListColumn.Of("next_attempt_at", needsRoom: true),
        ListColumn.Of("recipients", canBeCut: true),
            new ListColumn("last reply", item => item["hold_reason"] ?? item["last_reply"], CanBeCut: true));

    private Command Change(string action, string about, params Symbol[] more) => remote.Command(
        action, about, [_ids, _state, _destination, _message, .. more], (arguments, client, cancellationToken) =>
            ChangeAsync(action, arguments, client, cancellationToken));

    private (string, string?)[] Filters(ParseResult arguments) =>
        [("state", arguments.GetValue(_state)), ("destination", arguments.GetValue(_destination)),
            ("message", arguments.GetValue(_message))];

    private async Task<int> ListAsync(ParseResult arguments, ApplianceClient client, CancellationToken cancellationToken)
    {
        var list = await _list.ReadAsync(arguments, client, "deliveries", Filters(arguments), cancellationToken);
        if (remote.WantsJson(arguments))
            await remote.PrintAsync(list);
        else
            await Printer(remote.Console).PrintAsync(list);
        return ExitCode.Done;
    }

    private async Task<int> ShowAsync(ParseResult arguments, ApplianceClient client, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync($"deliveries/{Uri.EscapeDataString(arguments.GetValue(_id)!)}", cancellationToken);
        if (remote.WantsJson(arguments))
        {
            await remote.PrintAsync(answer);
            return ExitCode.Done;
        }
        foreach (var (name, value) in answer["delivery"]!.AsObject())
            await remote.Console.Out.WriteLineAsync($"{name + ":",-18}{ListPrinter.Text(value)}");
        await remote.Console.Out.WriteLineAsync();
        await new ListPrinter(
            remote.Console, ListColumn.Of("number"), ListColumn.Of("started"), ListColumn.Of("duration"), ListColumn.Of("outcome"),
            ListColumn.Of("reply", canBeCut: true))
            .PrintAsync(new JsonObject { ["items"] = answer["failed_attempts"]!.DeepClone(), ["next"] = null });
        return ExitCode.Done;
    }

    private async Task<int> ChangeAsync(string action, ParseResult arguments, ApplianceClient client, CancellationToken cancellationToken)
    {
        var ids = arguments.GetValue(_ids) ?? [];
        var filters = Filters(arguments);
        var hasFilter = filters.Any(filter => filter.Item2 is not null);
        if (ids.Length > 0 && hasFilter)
            throw new RemoteFault("name deliveries by id or by filter, not both", ExitCode.Usage);
        if (ids.Length == 0 && !hasFilter)
            throw new RemoteFault("name deliveries: by id, --state, --destination or --message", ExitCode.Usage);
        await client.FindAllAsync("deliveries", ids, cancellationToken);
        var to = ("to", action == "release" ? arguments.GetValue(_to) : null);
        var changed = 0;
        var withoutDestination = 0;
        if (ids.Length == 0)
        {
            var answer = await client.PostAsync($"deliveries/{action}{RemoteCalls.Query([.. filters, to])}", null, cancellationToken);
            (changed, withoutDestination) = (Count(answer), answer["without_destination"]?.GetValue<int>() ?? 0);
        }
        foreach (var id in ids)
            changed += Count(
                await client.PostAsync($"deliveries/{Uri.EscapeDataString(id)}/{action}{RemoteCalls.Query(to)}", null, cancellationToken));
        if (remote.WantsJson(arguments))
            await remote.PrintAsync(new JsonObject { ["changed"] = changed });
        else
            await remote.Console.Out.WriteLineAsync(
                string.Create(CultureInfo.InvariantCulture, $"{changed} {(changed == 1 ? "delivery" : "deliveries")} changed"));
        if (withoutDestination == 0)
            return ExitCode.Done;
        await remote.Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{withoutDestination} unchanged for lack of a destination of {(withoutDestination == 1 ? "its" : "their")} own: --to DESTINATION names it"));
        return changed > 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static int Count(JsonNode answer) => answer["changed"]!.GetValue<int>();
}
