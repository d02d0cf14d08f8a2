using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Patterns;
using InboundBridge.Text;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Testing;

/// <summary>
/// Compares what a test expects of a body with the body. A mapping may lack keys that the body has; a list must have as many items; a text
/// may be a glob.
/// </summary>
/// <param name="isForm">Every value of the body is a text, so <c>42</c> in a test means the text.</param>
internal sealed class SubsetComparison(bool isForm)
{
    /// <summary>Characters of a value in a message.</summary>
    private const int LongestShown = 120;

    public IEnumerable<(YamlNode Where, string Text)> Differences(string path, YamlNode expected, JsonNode? actual) => expected switch
    {
        YamlMapping mapping when actual is JsonObject found => mapping.Entries.SelectMany(entry =>
            Differences($"{path}.{entry.Key.Value}", entry.Value, found[entry.Key.Value])),
        YamlSequence list when actual is JsonArray found => list.Items.Count == found.Count
            ? list.Items.SelectMany((item, index) =>
                Differences(string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), item, found[index]))
            : [(list, string.Create(CultureInfo.InvariantCulture, $"{path}: expected {list.Items.Count} items, got {found.Count}"))],
        YamlScalar scalar when Same(scalar, actual) => [],
        _ => [(expected, $"{path}: expected {Shown(YamlJson.Convert(expected))}, got {Shown(actual)}")],
    };

    /// <summary>A difference between two texts; null when the expected one, or its glob, fits.</summary>
    public static string? Difference(string path, YamlScalar expected, string? actual, string? shown) =>
        expected.IsNull ? actual is null ? null : $"{path}: expected none, got {Shown(shown)}"
            : actual is not null && Fits(expected, actual) ? null
            : $"{path}: expected {Shown(expected.Value)}, got {(actual is null ? "none" : Shown(shown))}";

    private bool Same(YamlScalar expected, JsonNode? actual)
    {
        if (expected.IsNull || actual is null)
            return expected.IsNull && actual is null;
        var wanted = YamlJson.Convert(expected);
        return actual.GetValueKind() == JsonValueKind.String && (isForm || wanted?.GetValueKind() == JsonValueKind.String)
            ? Fits(expected, actual.GetValue<string>())
            : JsonNode.DeepEquals(wanted, actual);
    }

    private static bool Fits(YamlScalar expected, string actual) =>
        expected.Value == actual
        || (expected.Value.AsSpan().IndexOfAny('*', '?') >= 0
            && GlobPattern.Compile(expected.Value, expected.Position, 0, new SourceProblems())?.Matches(
                FactValue.Of(actual), new PatternContext()) == true);

    private static string Shown(JsonNode? value) => value is null ? "nothing" : Cut(value.ToJsonString(Layout));

    private static string Shown(string? value) => value is null ? "nothing" : Cut($"'{value}'");

    private static string Cut(string text) => CutText.ThenEllipsis(text, LongestShown).ReplaceLineEndings("⏎");

    /// <summary>Letters, quotes and signs as they are: it is read by people.</summary>
    public static readonly JsonSerializerOptions Layout = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
