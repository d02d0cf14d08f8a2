using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using InboundBridge.Explaining;
using Spectre.Console;
namespace InboundBridge.Commands.Remote;

/// <summary>A list for people: a table on a terminal, else a line an item with tabs between its columns, which scripts can cut.</summary>
internal sealed class ListPrinter(CommandConsole console, params ListColumn[] columns)
{
    /// <summary>Some pseudo-terminals say that they have no width.</summary>
    private const int NarrowestTerminal = 80;

    /// <summary>From here on there is room for what matters less.</summary>
    private const int RoomyTerminal = 140;

    public async Task PrintAsync(JsonObject list)
    {
        var items = list["items"]!.AsArray().Select(item => item!.AsObject()).ToList();
        if (console.OutIsTerminal)
            PrintTable(items);
        else
            foreach (var item in items)
                await console.Out.WriteLineAsync(string.Join('\t', columns.Select(column => Cell(column, item))));
        if (list["next"]?.GetValue<string>() is { } next)
            await console.Error.WriteLineAsync($"there are more: --all, --limit N, or --cursor {TerminalText.Plain(next)}");
    }

    /// <summary>A value of the answer as a person reads it.</summary>
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

    /// <summary>Instants lose what nobody reads: fractions of a second.</summary>
    private static string Instant(string text) =>
        text.Length > 19 && text[10] == 'T' && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : text;

    private void PrintTable(List<JsonObject> items)
    {
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(console.Out) });
        if (terminal.Profile.Width < NarrowestTerminal)
            terminal.Profile.Width = NarrowestTerminal;
        var shown = columns.Where(column => !column.NeedsRoom || terminal.Profile.Width >= RoomyTerminal).ToList();
        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in shown)
            table.AddColumn(new TableColumn(new Markup($"[bold]{Markup.Escape(column.Title)}[/]")) { NoWrap = !column.Wraps });
        foreach (var item in items)
            table.AddRow([.. shown.Select(column => new Markup(Coloured(column, item)))]);
        terminal.Write(table);
    }

    private static string Coloured(ListColumn column, JsonObject item)
    {
        var text = Cell(column, item);
        var escaped = Markup.Escape(text);
        var colour = text switch
        {
            "delivered" => "green",
            "dead" => "red",
            "retrying" => "yellow",
            "held" => "blue",
            _ => null,
        };
        return colour is null ? escaped : $"[{colour}]{escaped}[/]";
    }
}

/// <param name="Wraps">Long text, which may be broken into lines.</param>
/// <param name="NeedsRoom">Left out where a terminal is narrow; scripts always get it.</param>
internal sealed record ListColumn(string Title, Func<JsonObject, JsonNode?> Read, bool Wraps = false, bool NeedsRoom = false)
{
    /// <summary>A column that shows the key of its name.</summary>
    public static ListColumn Of(string key, bool wraps = false, bool needsRoom = false) => new(key.Replace('_', ' '), item => item[key], wraps, needsRoom);
}
