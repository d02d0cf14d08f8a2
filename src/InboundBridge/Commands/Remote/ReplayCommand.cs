using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using InboundBridge.Configuration.Sources;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Remote;

/// <summary><c>messages replay</c>: sends stored mail again, or shows which stored mail other rules would send elsewhere.</summary>
internal sealed class ReplayCommand(RemoteCalls remote)
{
    private readonly MessageFilterOptions _filters = new();
    private readonly Argument<string[]> _ids = new("ID") { Description = "Messages to send again.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Send nothing; only show what would be sent." };
    private readonly Option<bool> _byRules =
        new("--by-rules") { Description = "Send it where the rules in force route it now. Default: where it went the first time." };
    private readonly Option<string?> _to =
        new("--to")
        {
            Description = "Send it to this destination for all its recipients, whatever the rules say.",
            HelpName = "DESTINATION"
        };
    private readonly Option<string?> _rules =
        new("--rules")
        {
            Description = "With --dry-run and no ID: compare with the rules in this directory. Default: with those in force.",
            HelpName = "DIR"
        };

    public Command Create() => remote.Command(
        "replay",
        "Sends stored messages again. With --dry-run and no ID: shows which messages that the filters select would now go elsewhere.",
        [_ids, _to, _dryRun, _byRules, _rules, .. _filters.All],
        RunAsync);

    private Task<int> RunAsync(ParseResult arguments, ApplianceClient client, CancellationToken cancellationToken)
    {
        var ids = arguments.GetValue(_ids) ?? [];
        var hasFilter = _filters.Of(arguments).Any(filter => filter.Value is not null);
        if (ids.Length > 0 && (hasFilter || arguments.GetValue(_rules) is not null))
            throw new RemoteFault("--rules and the filters can't be used together with an ID", ExitCode.Usage);
        if (ids.Length == 0 && !arguments.GetValue(_dryRun))
            throw new RemoteFault("name the messages to send again, or add --dry-run to see which would go elsewhere", ExitCode.Usage);
        if (arguments.GetValue(_to) is not null && (ids.Length == 0 || arguments.GetValue(_byRules)))
            throw new RemoteFault(
                ids.Length == 0
                ? "--to needs the IDs of the messages to send"
                : "--to names the destination, --by-rules asks the rules: give one of the two", ExitCode.Usage);
        return ids.Length > 0 ? ReplayAsync(ids, arguments, client, cancellationToken) : CompareAsync(arguments, client, cancellationToken);
    }

    private async Task<int> ReplayAsync(string[] ids, ParseResult arguments, ApplianceClient client, CancellationToken cancellationToken)
    {
        await client.FindAllAsync("messages", ids, cancellationToken);
        var answers = new JsonArray();
        foreach (var id in ids)
        {
            var body =
                new JsonObject
                {
                    ["dry_run"] = arguments.GetValue(_dryRun),
                    ["by_rules"] = arguments.GetValue(_byRules),
                    ["to"] =
                    arguments.GetValue(_to)
                };
            var answer = (await client.PostAsync($"messages/{Uri.EscapeDataString(id)}/replay", body, cancellationToken)).AsObject();
            answer.Insert(0, "id", id);
            answers.Add(answer);
            if (!remote.WantsJson(arguments))
                await PrintAsync(answer);
        }
        if (remote.WantsJson(arguments))
            await remote.PrintAsync(new JsonObject { ["items"] = answers });
        return ExitCode.Done;
    }

    private async Task PrintAsync(JsonObject answer)
    {
        var verb = answer["dry_run"]!.GetValue<bool>() ? "would go" : "goes";
        foreach (var item in answer["items"]!.AsArray())
        {
            var where = item!["hold_reason"] is { } reason ? $"held: {ListPrinter.Text(reason)}" : ListPrinter.Text(item["destination"]);
            await remote.Console.Out.WriteLineAsync(
                $"{ListPrinter.Text(answer["id"])} {verb} to {where} for {ListPrinter.Text(item["recipients"])}");
        }
        foreach (var refusal in answer["refusals"]!.AsArray())
            await remote.Console.Out.WriteLineAsync($"{ListPrinter.Text(answer["id"])} would be refused: {ListPrinter.Text(refusal)}");
    }

    private async Task<int> CompareAsync(ParseResult arguments, ApplianceClient client, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["dry_run"] = true, ["rules"] = arguments.GetValue(_rules) is { } folder ? ReadRules(folder) : null };
        var (items, examined, gone) = (new JsonArray(), 0, 0);
        string? next = null;
        do
        {
            var page =
                await client.PostAsync(
                    "replay" + RemoteCalls.Query([.. _filters.Of(arguments), ("limit", "200"), ("cursor", next)]), body.DeepClone(),
                    cancellationToken);
            examined += page["examined"]!.GetValue<int>();
            gone += page["gone"]!.GetValue<int>();
            foreach (var item in page["items"]!.AsArray())
                items.Add(item!.DeepClone());
            next = page["next"]?.GetValue<string>();
        }
        while (next is not null);
        if (remote.WantsJson(arguments))
        {
            await remote.PrintAsync(new JsonObject { ["examined"] = examined, ["gone"] = gone, ["items"] = items });
            return ExitCode.Done;
        }
        await new ListPrinter(
            remote.Console,
            new ListColumn("message", item => item["message"]!["id"]),
            new ListColumn("received", item => item["message"]!["received_at"], NeedsRoom: true),
            ListColumn.Of("recipient", canBeCut: true),
            new ListColumn("went to", item => item["before"]!["to"], CanBeCut: true),
            new ListColumn("would go to", item => item["after"]!["to"], CanBeCut: true),
            new ListColumn("by rule", item => item["after"]!["rule"], CanBeCut: true))
                .PrintAsync(new JsonObject { ["items"] = items, ["next"] = null });
        var kept = gone == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"; the octets of {gone} are no longer kept");
        await remote.Console.Error.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture, $"{examined} {(examined == 1 ? "message" : "messages")} looked at, "
            + $"{items.Count} {(items.Count == 1 ? "recipient" : "recipients")} would go elsewhere{kept}"));
        return ExitCode.Done;
    }

    /// <summary>Every file of the folder, by its relative path: only the appliance knows which of them its rules name.</summary>
    private static JsonObject ReadRules(string folder)
    {
        var disk = new DiskConfigurationFiles();
        var root = Path.GetFullPath(folder);
        if (!disk.FolderExists(root))
            throw new RemoteFault($"--rules: there is no directory {folder}", ExitCode.Usage);
        var files = new JsonObject();
        var all = disk.FilesBelow(root, out var incomplete);
        if (incomplete is not null)
            throw new RemoteFault($"--rules: {incomplete}", ExitCode.Usage);
        foreach (var file in all)
            files[Path.GetRelativePath(root, file).Replace('\\', '/')] =
                disk.Read(file, out var failure) ?? throw new RemoteFault($"{file}: {failure}", ExitCode.Usage);
        return files;
    }
}
