using System.Text.Json.Nodes;

namespace InboundBridge.Terminal;

/// <summary>One column of a list.</summary>
/// <param name="CanBeCut">Long text, of which a narrow terminal shows the beginning.</param>
/// <param name="NeedsRoom">Left out where a terminal is narrow; scripts always get it.</param>
internal sealed record ListColumn(string Title, Func<JsonObject, JsonNode?> Read, bool CanBeCut = false, bool NeedsRoom = false)
{
    /// <summary>A column that shows the key of its name.</summary>
    public static ListColumn Of(string key, bool canBeCut = false, bool needsRoom = false) =>
        new(key.Replace('_', ' '), item => item[key], canBeCut, needsRoom);
}
