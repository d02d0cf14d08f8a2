using System.Text.Json.Nodes;

namespace InboundBridge.Terminal;

/// <summary>A column of a list.</summary>
/// <param name="CanBeCut">Text that a narrow terminal may show shortened.</param>
/// <param name="NeedsRoom">Left out on a narrow terminal; scripts always get it.</param>
internal sealed record ListColumn(string Title, Func<JsonObject, JsonNode?> Read, bool CanBeCut = false, bool NeedsRoom = false)
{
    /// <summary>A column that shows the key of its name.</summary>
    public static ListColumn Of(string key, bool canBeCut = false, bool needsRoom = false) =>
        new(key.Replace('_', ' '), item => item[key], canBeCut, needsRoom);
}
