using System.CommandLine;
using System.Text.Json.Nodes;
using InboundBridge.Commands.Parsing;
using InboundBridge.Hosting.Running;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Remote;

/// <summary><c>events</c>: prints each event of a running appliance as it happens, one a line.</summary>
internal sealed class EventsCommand(RemoteCalls remote)
{
    private readonly Option<string?> _kind =
        MessageFilterOptions.Filter(
            "kind", "received, delivered, retrying, dead, cancelled, retried, released, replayed, deleted, paused, resumed, …");
    private readonly Option<string?> _destination = MessageFilterOptions.Filter("destination", "A destination's name.");
    private readonly Option<int> _limit = NumberOption.Create("--limit", ["-n"], "Exit after this many events. Default: run until Ctrl-C.", null);

    public Command Create() =>
        remote.Single(
            "events", "Prints the events of a running appliance as they happen. With --json: one object a line.", [_kind, _destination, _limit],
            RunAsync);

    private async Task<int> RunAsync(ParseResult arguments, ApplianceClient client, CancellationToken cancellationToken)
    {
        using var signals = new StopSignals();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, signals.Token);
        var left = arguments.GetValue(_limit) is > 0 and var limit ? limit : int.MaxValue;
        var path = "events" + RemoteCalls.Query(("kind", arguments.GetValue(_kind)), ("destination", arguments.GetValue(_destination)));
        try
        {
            await foreach (var (kind, happened) in client.FollowAsync(path, stop.Token))
            {
                await PrintAsync(kind, happened, arguments);
                if (--left == 0)
                    return ExitCode.Done;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
        throw new RemoteFault("the appliance ended the stream of events: it is stopping");
    }

    private async Task PrintAsync(string kind, JsonObject happened, ParseResult arguments)
    {
        if (remote.WantsJson(arguments))
        {
            happened.Insert(0, "event", kind);
            await remote.PrintLineAsync(happened);
            return;
        }
        var (message, delivery) = (happened["message"], happened["delivery"]);
        var details = new (string Name, JsonNode? Value)[]
        {
            ("destination", happened["destination"]), ("message", message?["id"] ?? delivery?["message_id"]), ("delivery", delivery?["id"]),
            ("sender", message?["sender"]), ("recipients", message?["recipients"] ?? delivery?["recipients"]),
                ("subject", message?["subject"]),
            ("reply", delivery?["last_reply"]), ("next", delivery?["next_attempt_at"]), ("reason", happened["reason"]),
                ("count", happened["count"]),
        };
        var shown = details.Select(detail => (detail.Name, Text: ListPrinter.Text(detail.Value))).Where(detail => detail.Text.Length > 0);
        await remote.Console.Out.WriteLineAsync(
            ($"{ListPrinter.Text(happened["at"])}  {kind,-14} "
            + string.Join("  ", shown.Select(detail => $"{detail.Name}={detail.Text}"))).TrimEnd());
    }
}
