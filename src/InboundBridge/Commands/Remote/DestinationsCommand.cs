using System.CommandLine;
using System.Text.Json.Nodes;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Remote;

/// <summary><c>destinations list / pause / resume / test</c>.</summary>
internal sealed class DestinationsCommand(RemoteCalls remote)
{
    private readonly Option<bool> _event =
        new("--event")
        {
            Description = "Send a signed request of type inboundbridge.test, without a mail, and show the answer. For webhooks."
        };
    private readonly Option<string> _reason =
        new("--reason") { Description = "Why, for other operators: up to 200 characters.", HelpName = "TEXT" };
    private readonly Argument<string> _name = new("NAME") { Description = "A destination's name." };

    public Command Create() => remote.Group(
        "destinations",
        "Destinations of a running appliance.",
        remote.Command("list", "Lists destinations.", [], ListAsync),
        remote.Command(
            "pause", "Starts no more attempts there until it is resumed, even after a restart.", [_name, _reason],
            (arguments, client, stop) =>
                SetAsync("pause", "paused", ReasonOf(arguments), arguments, client, stop)),
        remote.Command(
            "resume", "Starts attempts again at once, even if the circuit is open.", [_name], (arguments, client, stop) =>
                SetAsync("resume", "resumed", null, arguments, client, stop)),
        remote.Command("test", "Checks whether the destination answers; delivers nothing. Exit code 1 when it does not answer.", [_name, _event], TestAsync));

    private async Task<int> ListAsync(ParseResult arguments, ApplianceClient client, CancellationToken cancellationToken)
    {
        var list = (await client.GetAsync("destinations", cancellationToken)).AsObject();
        if (remote.WantsJson(arguments))
            await remote.PrintAsync(list);
        else
            await new ListPrinter(
                remote.Console,
                ListColumn.Of("name"), new ListColumn("kind", KindOf, NeedsRoom: true), ListColumn.Of("up"), ListColumn.Of("paused"),
                    ListColumn.Of("active", needsRoom: true),
                Counted("pending"), Counted("retrying"), Counted("dead"), ListColumn.Of("oldest_open", needsRoom: true),
                    ListColumn.Of("pause_reason", canBeCut: true, needsRoom: true)).PrintAsync(list);
        return ExitCode.Done;
    }

    private static JsonNode? KindOf(JsonObject item) =>
        item["on_demand"]?.GetValue<bool>() == true ? $"{item["kind"]} (on demand)" : item["kind"];

    private static ListColumn Counted(string state) => new(state, item => item["deliveries"]?[state] ?? 0);

    private JsonObject? ReasonOf(ParseResult arguments) =>
        arguments.GetValue(_reason) is { } reason ? new JsonObject { ["reason"] = reason } : null;

    private async Task<int> SetAsync(
        string action, string done, JsonObject? body, ParseResult arguments, ApplianceClient client, CancellationToken cancellationToken)
    {
        var name = arguments.GetValue(_name)!;
        await client.PostAsync($"destinations/{Uri.EscapeDataString(name)}/{action}", body, cancellationToken);
        if (remote.WantsJson(arguments))
            await remote.PrintAsync(new JsonObject { ["name"] = name, ["paused"] = action == "pause" });
        else
            await remote.Console.Out.WriteLineAsync($"{TerminalText.Plain(name)} {done}");
        return ExitCode.Done;
    }

    private async Task<int> TestAsync(ParseResult arguments, ApplianceClient client, CancellationToken cancellationToken)
    {
        var sends = arguments.GetValue(_event);
        var path =
            $"destinations/{Uri.EscapeDataString(arguments.GetValue(_name)!)}/test{RemoteCalls.Query(("event", sends ? "true" : null))}";
        var answer = await client.PostAsync(path, null, cancellationToken);
        var answers = answer["ok"]!.GetValue<bool>();
        if (remote.WantsJson(arguments))
            await remote.PrintAsync(answer);
        else
            await remote.Console.Out.WriteLineAsync($"{Verdict(answers, sends)}: {ListPrinter.Text(answer["reply"])}");
        return answers ? ExitCode.Done : ExitCode.Failed;
    }

    private static string Verdict(bool answers, bool sends) => (answers, sends) switch
    {
        (true, true) => "taken",
        (false, true) => "not taken",
        (true, false) => "answers",
        _ => "does not answer",
    };
}
