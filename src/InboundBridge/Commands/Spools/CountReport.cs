using System.Text.Json.Nodes;
using InboundBridge.Commands.Remote;
using InboundBridge.MailFlow.Spool.Moving;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Spools;

/// <summary>
/// The counts of an export, an import or a check: the same lines for all three, so that two of them can be compared as they are.
/// </summary>
internal static class CountReport
{
    public static Task PrintAsync(MoveResult result, CommandConsole console)
    {
        var printer = new ListPrinter(
            console, ListColumn.Of("what"), ListColumn.Of("destination", canBeCut: true), ListColumn.Of("state"), ListColumn.Of("count"));
        return printer.PrintAsync(new JsonObject { ["items"] = new JsonArray([.. Rows(result.Count)]) });
    }

    public static JsonObject ToJson(MoveResult result)
    {
        var count = result.Count;
        return new JsonObject
        {
            ["place"] = result.Place,
            ["messages"] = count.Messages,
            ["octets"] = count.Octets,
            ["without_octets"] = count.WithoutOctets,
            ["erased"] = count.Erased,
            ["attempts"] = count.Attempts,
            ["pauses"] = count.Pauses,
            ["greylist"] = count.Greylist,
            ["notes"] = count.Notes,
            ["deliveries"] = new JsonArray([.. Deliveries(count)]),
            ["added"] = result.Added,
            ["passed_over"] = result.PassedOver,
            ["was_done"] = result.WasDone,
            ["removed_meanwhile"] = result.Removed,
            ["problem_count"] = result.Problems.Count,
            ["problems"] = new JsonArray([.. result.Problems.Texts.Select(text => (JsonNode)text)]),
        };
    }

    private static IEnumerable<JsonNode> Rows(SpoolCount count)
    {
        (string What, long Count)[] single =
        [
            ("messages", count.Messages), ("octets", count.Octets), ("without octets", count.WithoutOctets), ("erased", count.Erased),
            ("attempts", count.Attempts), ("pauses", count.Pauses), ("greylist", count.Greylist), ("notes", count.Notes),
        ];
        foreach (var (what, number) in single)
            yield return new JsonObject { ["what"] = what, ["count"] = number };
        foreach (var delivery in Deliveries(count))
        {
            delivery["what"] = "deliveries";
            yield return delivery;
        }
    }

    private static IEnumerable<JsonObject> Deliveries(SpoolCount count) => count.Deliveries.Select(tally => new JsonObject
    {
        ["destination"] = tally.Destination,
        ["state"] = tally.State.ToString().ToLowerInvariant(),
        ["count"] = tally.Count,
    });
}
