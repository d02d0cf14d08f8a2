using System.CommandLine;
using System.Text.Json.Nodes;
using InboundBridge.Explaining;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Remote;

/// <summary><c>messages list / show / raw / trace / replay / delete</c>.</summary>
internal sealed class MessagesCommand(RemoteCalls remote)
{
    /// <summary>Deliveries whose attempts are fetched, each by a request.</summary>
    private const int MostDeliveries = 20;

    private readonly MessageFilterOptions _filters = new();
    private readonly ListOptions _list = new();
    private readonly Argument<string> _id = new("ID") { Description = "A message's id." };
    private readonly Option<string?> _output =
        new("--output", "-o") { Description = "Where to write it. Default: standard output.", HelpName = "FILE" };

    public Command Create() => remote.Group(
        "messages",
        "Messages of a running appliance.",
        remote.Command("list", "Lists messages, newest first.", [.. _filters.All, .. _list.All], ListAsync),
        remote.Command("show", "Shows one message with its deliveries.", [_id], ShowAsync),
        remote.Command(
            "raw", "Prints a stored message octet for octet; on a terminal its control characters are shown as visible text.",
            [_id, _output], RawAsync),
        remote.Command("trace", "Shows the recorded steps of a message: reception, rules, deliveries, attempts.", [_id], TraceAsync),
        new ReplayCommand(remote).Create(),
        new DeleteCommand(remote).Create());

    private async Task<int> ListAsync(ParseResult arguments, ApplianceClient client, CancellationToken cancellationToken)
    {
        var list = await _list.ReadAsync(arguments, client, "messages", _filters.Of(arguments), cancellationToken);
        if (remote.WantsJson(arguments))
            await remote.PrintAsync(list);
        else
            await new ListPrinter(
                remote.Console,
                ListColumn.Of("id"), ListColumn.Of("received_at"), ListColumn.Of("size", needsRoom: true),
                    ListColumn.Of("sender", canBeCut: true),
                ListColumn.Of("recipients", canBeCut: true), new ListColumn("subject", Subject, CanBeCut: true)).PrintAsync(list);
        return ExitCode.Done;
    }

    private async Task<int> ShowAsync(ParseResult arguments, ApplianceClient client, CancellationToken cancellationToken)
    {
        var message = (await client.GetAsync($"messages/{Id(arguments)}", cancellationToken)).AsObject();
        if (remote.WantsJson(arguments))
        {
            await remote.PrintAsync(message);
            return ExitCode.Done;
        }
        var envelope = message["envelope"]!.AsObject();
        var recipients = new JsonArray([.. envelope["recipients"]!.AsArray().Select(recipient => recipient!["address"]?.DeepClone())]);
        foreach (var (name, value) in new (string, JsonNode?)[]
        {
            ("id", message["id"]), ("received", message["received_at"]), ("sender", envelope["sender"]), ("recipients", recipients),
                ("subject", Subject(message)),
            ("size", message["size"]), ("sha256", message["sha256"]), ("client", envelope["client_ip"]),
                ("name", envelope["client_name"]), ("helo", envelope["helo"]), ("user", envelope["user"]), ("tls", envelope["tls_version"]),
                ("listener", envelope["listener"]), ("config", message["config_version"]),
        })
        {
            // What every message has is shown even where it is empty, such as the sender of a bounce.
            if (value is not null || name is "sender" or "subject" or "client" or "helo")
                await remote.Console.Out.WriteLineAsync($"{name + ":",-12}{ListPrinter.Text(value)}");
        }
        await PrintBouncesAsync(message);
        await remote.Console.Out.WriteLineAsync();
        await PrintVerdictsAsync(message["authentication"]);
        await remote.Console.Out.WriteLineAsync();
        await DeliveriesCommand.Printer(remote.Console)
            .PrintAsync(new JsonObject { ["items"] = message["deliveries"]!.DeepClone(), ["next"] = null });
        await PrintDeliveriesAsync(message["deliveries"]!.AsArray(), client, cancellationToken);
        return ExitCode.Done;
    }

    /// <summary>Why each delivery was made, and each of its attempts that failed.</summary>
    private async Task PrintDeliveriesAsync(JsonArray deliveries, ApplianceClient client, CancellationToken cancellationToken)
    {
        foreach (var delivery in deliveries.Select(item => item!.AsObject()).Take(MostDeliveries))
        {
            await remote.Console.Out.WriteLineAsync();
            foreach (var (name, value) in new (string, JsonNode?)[]
            {
                ("delivery", $"{delivery["id"]}{To(delivery["destination"])}, {delivery["state"]}"), ("rule", delivery["rule"]),
                ("tags", delivery["tags"]), ("held for", delivery["hold_reason"]), ("next", delivery["next_attempt_at"]),
                ("reply", delivery["last_reply"]),
            })
            {
                if (ListPrinter.Text(value) is { Length: > 0 } text)
                    await remote.Console.Out.WriteLineAsync($"{name + ":",-12}{text}");
            }
            var inFull = await client.GetAsync($"deliveries/{Uri.EscapeDataString(delivery["id"]!.GetValue<string>())}", cancellationToken);
            foreach (var attempt in inFull["failed_attempts"]!.AsArray().Select(attempt => attempt!.AsObject()))
            {
                var what = $"{ListPrinter.Text(attempt["outcome"])}: {ListPrinter.Text(attempt["reply"])}";
                await remote.Console.Out.WriteLineAsync($"{"failed:",-12}{ListPrinter.Text(attempt["started"])} {what}");
            }
        }
        if (deliveries.Count > MostDeliveries)
            await remote.Console.Out.WriteLineAsync(
                $"\nand {deliveries.Count - MostDeliveries} more: inboundbridge deliveries list --message ID");
    }

    /// <summary>Empty for mail that is held before it has a destination.</summary>
    private static string To(JsonNode? destination) => ListPrinter.Text(destination) is { Length: > 0 } name ? $" to {name}" : string.Empty;

    /// <summary>What the checks of the sender and the scanners said, as <c>explain</c> shows it.</summary>
    private async Task PrintVerdictsAsync(JsonNode? authentication)
    {
        var lines = VerdictLines.Of(VerdictsReader.Read(authentication?.ToJsonString())).ToList();
        foreach (var line in lines.DefaultIfEmpty("checks: nothing was asked about the sender"))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal) + 1;
            await remote.Console.Out.WriteLineAsync($"{line[..colon],-12}{TerminalText.Plain(line[colon..].TrimStart())}");
        }
    }

    /// <summary>What the message is about if it is a bounce, and the bounces about it.</summary>
    private async Task PrintBouncesAsync(JsonObject message)
    {
        if (message["bounce_of"] is { } cause)
            await PrintAsync("bounce of", $"{cause["message"]} ({cause["reason"]})");
        foreach (var bounce in message["bounces"]?.AsArray() ?? [])
            await PrintAsync("bounce", $"{bounce!["id"]} ({bounce["bounce_of"]?["reason"]})");

        Task PrintAsync(string name, string value) => remote.Console.Out.WriteLineAsync($"{name + ":",-12}{value}");
    }

    private async Task<int> RawAsync(ParseResult arguments, ApplianceClient client, CancellationToken cancellationToken)
    {
        try
        {
            var path = $"messages/{Id(arguments)}/raw";
            if (arguments.GetValue(_output) is { } file)
                await client.DownloadAsync(path, () => File.Create(file), cancellationToken);
            else if (remote.Console.OutIsTerminal)
                await ShowRawAsync(client, path, cancellationToken);
            else
                await client.DownloadAsync(path, remote.Console.OpenOut, cancellationToken);
            return ExitCode.Done;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RemoteFault(fault.Message);
        }
    }

    /// <summary>Escapes control characters: a hostile mail must not control the operator's terminal.</summary>
    private async Task ShowRawAsync(ApplianceClient client, string path, CancellationToken cancellationToken)
    {
        var octets = new MemoryStream();
        await client.DownloadAsync(path, () => octets, cancellationToken);
        await remote.Console.Out.WriteAsync(VisibleText.Of(octets.ToArray()));
    }

    private static JsonNode? Subject(JsonObject message) => message["erased"]?.GetValue<bool>() == true ? "(deleted)" : message["subject"];

    private async Task<int> TraceAsync(ParseResult arguments, ApplianceClient client, CancellationToken cancellationToken)
    {
        var trace = await client.GetAsync($"messages/{Id(arguments)}/trace", cancellationToken);
        if (remote.WantsJson(arguments))
        {
            await remote.PrintAsync(trace);
            return ExitCode.Done;
        }
        foreach (var step in trace["steps"]!.AsArray().Select(step => step!.AsObject()))
        {
            var details =
                step.Where(detail => detail.Key is not ("at" or "step") && ListPrinter.Text(detail.Value) is { Length: > 0 } and not "{}")
                .Select(detail => $"{detail.Key}={ListPrinter.Text(detail.Value)}");
            await remote.Console.Out.WriteLineAsync(
                $"{ListPrinter.Text(step["at"])}  {step["step"]!.GetValue<string>(),-10} {string.Join("  ", details)}");
        }
        return ExitCode.Done;
    }

    private string Id(ParseResult arguments) => Uri.EscapeDataString(arguments.GetValue(_id)!);
}
