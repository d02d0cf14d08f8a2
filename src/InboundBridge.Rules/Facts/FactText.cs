using System.Globalization;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Facts;

/// <summary>Values as people read them: in explanations and in the messages of failed tests.</summary>
public static class FactText
{
    /// <summary>Stands for an absent value: <c>none</c> is a word that facts have as their value.</summary>
    public const string NoValue = "(no value)";

    /// <summary>Stands for a mail without attachments.</summary>
    public const string NoAttachments = "(no attachments)";

    /// <summary>Cut to one line; empty for an empty text.</summary>
    public static string Describe(in FactValue value) => value.Shape switch
    {
        FactShape.NotKnown => "not known yet",
        FactShape.Absent => NoValue,
        FactShape.Text => ShownText.Cut(value.Text),
        FactShape.Texts => ShownText.Cut(string.Join(", ", value.Texts.Take(20))),
        FactShape.Number => value.Number.ToString(CultureInfo.InvariantCulture),
        FactShape.Instant => value.Instant.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
        _ => value.Attachments.Count == 0 ? NoAttachments
            : ShownText.Cut(string.Join(", ", value.Attachments.Take(20).Select(part => $"{part.Name ?? "(no name)"} {part.Type}"))),
    };
}
