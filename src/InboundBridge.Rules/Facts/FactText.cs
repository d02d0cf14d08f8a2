using System.Globalization;

namespace InboundBridge.Rules.Facts;

/// <summary>Values as people read them, in traces and in the messages of failed tests.</summary>
internal static class FactText
{
    private const int Longest = 200;

    public static string Describe(in FactValue value) => value.Shape switch
    {
        FactShape.NotKnown => "not known yet",
        FactShape.Absent => "none",
        FactShape.Text => Cut(value.Text),
        FactShape.Texts => Cut(string.Join(", ", value.Texts.Take(20))),
        FactShape.Number => value.Number.ToString(CultureInfo.InvariantCulture),
        FactShape.Instant => value.Instant.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
        _ => value.Attachments.Count == 0 ? "none" : Cut(string.Join(", ", value.Attachments.Take(20).Select(part => $"{part.Name ?? "(no name)"} {part.Type}"))),
    };

    public static string Cut(string text)
    {
        var line = text.Length > Longest ? text[..Longest] + "…" : text;
        return line.ReplaceLineEndings("⏎");
    }
}
