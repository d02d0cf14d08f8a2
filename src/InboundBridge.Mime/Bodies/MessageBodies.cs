using System.Net;
using System.Text;
using InboundBridge.Mime.Html;
using InboundBridge.Mime.Structure;
using InboundBridge.Mime.Tnef;
using InboundBridge.Text;

namespace InboundBridge.Mime.Bodies;

/// <summary>The texts of a mail, each decoded when it is first asked for.</summary>
internal sealed class MessageBodies(MimePart root, MimeLimits limits, TnefParts tnef, ProblemList problems)
{
    private readonly Dictionary<MimePart, string> _texts = [];
    private bool _isUnpacked;

    /// <summary>The text inside a winmail.dat, where the mail has one.</summary>
    private TnefContent? Packed
    {
        get
        {
            if (!_isUnpacked)
                field = Unpack();
            _isUnpacked = true;
            return field;
        }
    }

    private List<BodySlot> Slots => field ??= BodySlots.Of(root);

    /// <summary>From text/plain parts only; null when there is none.</summary>
    public string? Plain() =>
        Slots.Any(slot => slot.Plain.Count > 0) ? Join(Slots.SelectMany(slot => slot.Plain).Select(Text), "\n") : null;

    /// <summary>The text that a person reads: each slot's plain form, else its HTML as text.</summary>
    public string? Readable()
    {
        if (Slots.Count > 0 && (Packed is null || Slots.Any(slot => !string.IsNullOrWhiteSpace(ReadableSlot(slot)))))
            return Join(Slots.Select(ReadableSlot), "\n");
        return Packed is null ? null : Cut(LineEnds.Normalize(Packed.Text ?? HtmlText.Of(Packed.Html ?? "", limits.TextCharacters)));
    }

    /// <summary>
    /// <see cref="Readable"/> with the answered mail as a quote, where the text is made from HTML in which a mail program marked that
    /// mail; null where nothing is marked.
    /// </summary>
    public string? ReadableWithQuotes()
    {
        if (!Slots.Any(slot => IsReadAsHtml(slot) && slot.Html.Any(part => part.ContentType.Subtype == "html"
            && HtmlQuoteMark.IsIn(Text(part)))))
            return null;
        return Join(Slots.Select(slot => IsReadAsHtml(slot) ? AsText(slot.Html, HtmlText.WithAnsweredAsQuote) : ReadableSlot(slot)), "\n");
    }

    /// <summary><see cref="Readable"/>, where that is a single plain part unchanged; null otherwise.</summary>
    public Utf8Text? OpenUtf8()
    {
        if (Slots is not [{ Plain: [var part] } slot] || _texts.ContainsKey(part) || Packed is not null)
            return null;
        var text = PartText.Open(part, limits.TextCharacters);
        if (text is null || slot.Html.Count == 0 || text.Octets.ContainsAnyInRange((byte)'!', (byte)'~'))
            return text;
        // The plain part may be blank; then a person reads the HTML.
        text.Dispose();
        return null;
    }

    /// <summary><see cref="Html"/>, where that is a single part unchanged and not yet a string; null otherwise.</summary>
    public Utf8Text? OpenHtml()
    {
        var only = default(MimePart);
        foreach (var slot in Slots)
        {
            foreach (var part in slot.Html.Count > 0 ? slot.Html : slot.Plain)
            {
                if (only is not null)
                    return null;
                only = part;
            }
        }
        return only?.ContentType.Subtype == "html" && !_texts.ContainsKey(only) ? PartText.Open(only, limits.TextCharacters) : null;
    }

    /// <summary>Null when no part is HTML; plain texts between HTML parts are shown as preformatted.</summary>
    public string? Html()
    {
        if (!Slots.Any(slot => slot.Html.Count > 0))
            return Packed?.Html is { } packed ? Cut(LineEnds.Normalize(packed)) : null;
        var parts = Slots.SelectMany(slot => slot.Html.Count > 0 ? slot.Html : slot.Plain);
        return Join(parts.Select(part => part.ContentType.Subtype == "html" ? Text(part) : Preformatted(Text(part))), "\n");
    }

    private TnefContent? Unpack()
    {
        foreach (var part in root.Leaves)
        {
            if (TnefParts.IsTnef(part) && tnef.Open(part) is { } content && (content.Text is not null || content.Html is not null))
                return content;
        }
        return null;
    }

    private bool IsReadAsHtml(BodySlot slot) => slot.Html.Count > 0 && !slot.Plain.Any(part => !string.IsNullOrWhiteSpace(Text(part)));

    private string ReadableSlot(BodySlot slot) => IsReadAsHtml(slot) ? AsText(slot.Html, HtmlText.Of) : Join(slot.Plain.Select(Text), "\n");

    private string AsText(IReadOnlyList<MimePart> parts, Func<string, int, string> layOut) =>
        Join(parts.Select(part => part.ContentType.Subtype == "html" ? layOut(Text(part), limits.TextCharacters) : Text(part)), "\n");

    private string Cut(string text) => CutText.At(text, limits.TextCharacters);

    private static string Preformatted(string text) =>
        string.IsNullOrWhiteSpace(text) ? "" : $"<pre style=\"white-space:pre-wrap\">{WebUtility.HtmlEncode(text)}</pre>";

    private string Text(MimePart part)
    {
        if (!_texts.TryGetValue(part, out var text))
            _texts[part] = text = PartText.Read(part, limits.TextCharacters, problems);
        return text;
    }

    private string Join(IEnumerable<string> texts, string separator)
    {
        StringBuilder? all = null;
        string? only = null;
        foreach (var text in texts)
        {
            if (only is null)
            {
                only = text;
                continue;
            }
            all ??= new StringBuilder(only);
            if (all.Length > 0 && text.Length > 0 && all[^1] != '\n')
                all.Append(separator);
            if (all.Length + text.Length > limits.TextCharacters)
            {
                problems.Add("a text is longer than the cap and was cut");
                break;
            }
            all.Append(text);
        }
        return all?.ToString() ?? only ?? "";
    }
}
