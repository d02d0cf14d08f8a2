using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Remote;

/// <summary>
/// <c>messages delete</c>: erases the content of messages for good. The messages that a filter selects are therefore counted first, and the
/// operator confirms the count.
/// </summary>
internal sealed class DeleteCommand(RemoteCalls remote)
{
    private const string Page = "500";

    private readonly MessageFilterOptions _filters = new();
    private readonly Argument<string[]> _ids =
        new("ID")
        {
            Description = "Ids of messages; or select messages by the filters of 'messages list'.",
            Arity = ArgumentArity.ZeroOrMore
        };
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Delete the messages that the filters select without asking." };

    public Command Create() => remote.Command(
        "delete",
        "Erases the octets of messages and everything read from them, at once and for good, and cancels their open deliveries. The record stays: envelope, time, size, outcome.",
        [_ids, .. _filters.All, _yes],
        RunAsync);

    private async Task<int> RunAsync(ParseResult arguments, ApplianceClient client, CancellationToken cancellationToken)
    {
        var ids = arguments.GetValue(_ids) ?? [];
        var filters = _filters.Of(arguments);
        var hasFilter = filters.Any(filter => filter.Value is { Length: > 0 });
        if (filters.Any(filter => filter.Value is { Length: 0 }))
            throw new RemoteFault("an empty filter would select every message: remove it or give it a value", ExitCode.Usage);
        if (ids.Length > 0 == hasFilter)
            throw new RemoteFault(
                $"name messages by id or by filter ({string.Join(", ", _filters.All.Select(option => option.Name))}){(hasFilter ? ", not both" : string.Empty)}", ExitCode.Usage);
        if (!hasFilter)
            await client.FindAllAsync("messages", ids, cancellationToken);
        else
        {
            ids = await FindAsync(filters, client, cancellationToken);
            if (ids.Length > 0 && !Confirmed(ids.Length, arguments))
            {
                await remote.Console.Error.WriteLineAsync("nothing was deleted");
                return ExitCode.Failed;
            }
        }
        return await DeleteAsync(ids, arguments, client, cancellationToken);
    }

    /// <summary>The ids of the selected messages whose content has not been erased yet.</summary>
    private static async Task<string[]> FindAsync(
        (string Name, string? Value)[] filters, ApplianceClient client, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        string? next = null;
        do
        {
            var page =
                await client.GetAsync("messages" + RemoteCalls.Query([.. filters, ("limit", Page), ("cursor", next)]), cancellationToken);
            found.AddRange(
                page["items"]!.AsArray().Where(item => item!["erased"]?.GetValue<bool>() != true)
                    .Select(item => item!["id"]!.GetValue<string>()));
            next = page["next"]?.GetValue<string>();
        }
        while (next is not null);
        return [.. found];
    }

    private bool Confirmed(int count, ParseResult arguments)
    {
        if (arguments.GetValue(_yes))
            return true;
        var messages = Messages(count);
        if (remote.Console.Ask is not { } ask)
            throw new RemoteFault($"{messages} would be deleted for good: add --yes to do it", ExitCode.Usage);
        var number = count.ToString(CultureInfo.InvariantCulture);
        return ask($"{messages} will be deleted for good. Type {number} to confirm: ")?.Trim() == number;
    }

    private async Task<int> DeleteAsync(string[] ids, ParseResult arguments, ApplianceClient client, CancellationToken cancellationToken)
    {
        var cancelled = 0;
        foreach (var id in ids)
            cancelled += (await client.DeleteAsync(
                $"messages/{Uri.EscapeDataString(id)}", cancellationToken))["cancelled"]!.GetValue<int>();
        if (remote.WantsJson(arguments))
            await remote.PrintAsync(new JsonObject { ["deleted"] = ids.Length, ["cancelled"] = cancelled });
        else
            await remote.Console.Out.WriteLineAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Messages(ids.Length)} deleted, {cancelled} {(cancelled == 1 ? "delivery" : "deliveries")} cancelled"));
        return ExitCode.Done;
    }

    private static string Messages(int count) =>
        count == 1 ? "1 message" : string.Create(CultureInfo.InvariantCulture, $"{count} messages");
}
