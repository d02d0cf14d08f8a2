using System.Globalization;
using InboundBridge.Mime;
using InboundBridge.Text;

namespace InboundBridge.MailFlow.Delivery.Webhook.Composing;

/// <summary>
/// The attachments that are left out of a body because of their size (<c>otherwise: omit</c>). Most formats have no place to mention them,
/// so every request names them in a header.
/// </summary>
/// <param name="reason">The end of a sentence about one of them.</param>
internal sealed class OmittedAttachments(string reason = OmittedAttachments.Configured)
{
    public const string Configured = "is omitted: attachments.otherwise is omit";

    public const string TooLargeForScripts = "has no content here: it is too large for a script, and there is nothing to link it by";


    public const string HeaderName = "X-InboundBridge-Omitted-Attachments";

    /// <summary>Attachments named in the header. Servers commonly accept about 8 KB for all headers.</summary>
    private const int MostNamed = 20;

    private const int LongestName = 80;

    private readonly SortedDictionary<int, MimeAttachment> _left = [];

    public void Add(MimeAttachment attachment) => _left[attachment.Index] = attachment;

    /// <summary>Sentences for the key <c>problems</c>.</summary>
    public IReadOnlyList<string> Problems => _left.Count == 0 ? [] : [.. _left.Values.Select(Problem)];

    /// <summary>For example <c>2;size=3145728;filename="big%20file.zip"</c>, separated by commas; null when nothing was left out.</summary>
    public string? HeaderValue
    {
        get
        {
            if (_left.Count == 0)
                return null;
            var named = string.Join(", ", _left.Values.Take(MostNamed).Select(Entry));
            return _left.Count > MostNamed
                ? string.Create(CultureInfo.InvariantCulture, $"{named}, more={_left.Count - MostNamed}")
                : named;
        }
    }

    private static string Entry(MimeAttachment file)
    {
        var name = file.FileName ?? string.Empty;
        var shown = Uri.EscapeDataString(CutText.At(name, LongestName));
        return string.Create(CultureInfo.InvariantCulture, $"{file.Index};size={file.Size};filename=\"{shown}\"");
    }

    private string Problem(MimeAttachment file)
    {
        var name = file.FileName ?? "without a name";
        return string.Create(CultureInfo.InvariantCulture, $"attachment {file.Index} ({name}, {file.Size} octets) {reason}");
    }
}
