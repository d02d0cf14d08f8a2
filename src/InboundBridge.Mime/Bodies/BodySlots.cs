using InboundBridge.Mime.Structure;

namespace InboundBridge.Mime.Bodies;

/// <summary>One place in the mail where text is shown: its plain form, its HTML form, or both (multipart/alternative).</summary>
internal sealed record BodySlot(IReadOnlyList<MimePart> Plain, IReadOnlyList<MimePart> Html);

/// <summary>Which parts are the mail's text, and in which order they are shown.</summary>
internal static class BodySlots
{
    public static List<BodySlot> Of(MimePart root)
    {
        if (!root.IsMultipart || root.Parts.Count == 0)
            return root.IsMultipart || !root.IsTextBody ? [] : [Single(root)];
        if (root.ContentType.Subtype == "alternative")
            return Alternative(root);
        return [.. root.Parts.SelectMany(Of)];
    }

    private static BodySlot Single(MimePart part) =>
        part.ContentType.Subtype == "html" ? new BodySlot([], [part]) : new BodySlot([part], []);

    /// <summary>The first plain form and the last HTML form: the richest comes last (RFC 2046 §5.1.4).</summary>
    private static List<BodySlot> Alternative(MimePart part)
    {
        List<MimePart> plain = [];
        List<MimePart> html = [];
        foreach (var choice in part.Parts.Select(Of))
        {
            var choicePlain = choice.SelectMany(slot => slot.Plain).ToList();
            var choiceHtml = choice.SelectMany(slot => slot.Html.Count > 0 ? slot.Html : slot.Plain).ToList();
            if (plain.Count == 0 && choicePlain.Count > 0)
                plain = choicePlain;
            if (choice.Any(slot => slot.Html.Count > 0))
                html = choiceHtml;
        }
        return plain.Count == 0 && html.Count == 0 ? [] : [new BodySlot(plain, html)];
    }
}
