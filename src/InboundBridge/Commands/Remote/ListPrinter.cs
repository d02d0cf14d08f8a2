using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Remote;

/// <summary>Prints a list: as a table on a terminal, else one line an item with tabs between columns, for scripts to cut.</summary>
internal sealed class ListPrinter(CommandConsole console, params ListColumn[] columns)
{
    public async Task PrintAsync(JsonObject list)
    {
        var items = list["items"]!.AsArray().Select(item => item!.AsObject()).ToList();
        if (console.OutIsTerminal)
            await PrintTableAsync(items);
        else
            foreach (var item in items)
                await console.Out.WriteLineAsync(string.Join('\t', columns.Select(column => Cell(column, item))));
        if (list["next"]?.GetValue<string>() is { } next)
            await console.Error.WriteLineAsync($"there are more: --all, --limit N, or --cursor {TerminalText.Plain(next)}");
    }

    /// <summary>A JSON value as text for a person: "yes" for true, items joined by commas, nothing for null.</summary>
    public static string Text(JsonNode? value) => value switch
    {
        null => string.Empty,
        JsonArray array => string.Join(", ", array.Select(Text)),
        JsonValue text when text.GetValueKind() == JsonValueKind.True => "yes",
        JsonValue text when text.GetValueKind() == JsonValueKind.False => "no",
        JsonValue text when text.GetValueKind() == JsonValueKind.String => TerminalText.Plain(Instant(text.GetValue<string>())),
        _ => TerminalText.Plain(value.ToJsonString()),
    };

    private static string Cell(ListColumn column, JsonObject item) => Text(column.Read(item));

    /// <summary>An ISO 8601 instant without fractions of a second; other text unchanged.</summary>
    private static string Instant(string text) =>
        text.Length > 19 && text[10] == 'T'
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : text;

    private async Task PrintTableAsync(List<JsonObject> items)
    {
        var rows = items.Select(item => columns.Select(column => Cell(column, item)).ToArray()).ToList();
        var table = new TableLayout(columns, rows, console.Width());
        var text = new TerminalText(console.Out, console.UsesColour);
        await console.Out.WriteLineAsync(text.Heading(table.Header));
        foreach (var row in rows)
            await console.Out.WriteLineAsync(table.Line(row, (title, cell) => title == "state" ? Coloured(text, cell) : cell));
    }

    private static string Coloured(TerminalText text, string state) => state switch
    {
        "delivered" => text.Good(state),
        "dead" => text.Bad(state),
        "retrying" or "held" => text.Open(state),
        _ => state,
    };
}
