using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using InboundBridge.Commands.Parsing;

namespace InboundBridge.Commands.Remote;

/// <summary>Options for how much of a list to show; reads as many pages of the API as that takes.</summary>
internal sealed class ListOptions
{
    private const int LargestPage = 500;

    private readonly Option<int> _limit = NumberOption.Create("--limit", ["-n"], "The most items to list.", 50);
    private readonly Option<bool> _all = new("--all") { Description = "List all items." };
    private readonly Option<string?> _cursor =
        new("--cursor") { Description = "Continue where an earlier list ended (its 'next').", HelpName = "CURSOR" };

    public IEnumerable<Option> All => [_limit, _all, _cursor];

    /// <summary>The items and the cursor of the next ones, in the shape of one page of the API.</summary>
    public async Task<JsonObject> ReadAsync(
        ParseResult arguments, ApplianceClient client, string path, (string, string?)[] filters, CancellationToken cancellationToken)
    {
        var wanted = arguments.GetValue(_all) ? int.MaxValue : arguments.GetValue(_limit);
        var items = new JsonArray();
        var next = arguments.GetValue(_cursor);
        do
        {
            // A page may be short or empty and still have a next one.
            var limit = Math.Min(wanted - items.Count, LargestPage).ToString(CultureInfo.InvariantCulture);
            var page = await client.GetAsync(path + RemoteCalls.Query([.. filters, ("limit", limit), ("cursor", next)]), cancellationToken);
            foreach (var item in page["items"]?.AsArray() ?? [])
                items.Add(item?.DeepClone());
            next = page["next"]?.GetValue<string>();
        }
        while (next is not null && items.Count < wanted);
        return new JsonObject { ["items"] = items, ["next"] = next };
    }
}
