using System.Globalization;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Delivery.Webhook.Composing;

/// <summary>
/// The attachments that a body leaves out for their size (<c>otherwise: omit</c>). A format that has no place of its own for saying so would drop them silently, so
/// every request names them in a header.
/// </summary>
internal sealed class OmittedAttachments
{
    public const string HeaderName = "X-InboundBridge-Omitted-Attachments";

    /// <summary>Names in the header; servers take some 8 KB of header in all.</summary>
    private const int MostNamed = 20;

    private const int LongestName = 80;

    private readonly SortedDictionary<int, MimeAttachment> _left = [];

    public void Add(MimeAttachment attachment) => _left[attachment.Index] = attachment;

    /// <summary>For the key <c>problems</c>.</summary>
    public IReadOnlyList<string> Problems => _left.Count == 0 ? [] : [.. _left.Values.Select(file => string.Create(
        CultureInfo.InvariantCulture, $"attachment {file.Index} ({file.FileName ?? "without a name"}, {file.Size} octets) is omitted: attachments.otherwise is omit"))];

    /// <summary>As in <c>2;size=3145728;filename="big%20file.zip"</c>, separated by commas; null when all are there.</summary>
    public string? HeaderValue
    {
        get
        {
            if (_left.Count == 0)
                return null;
            var named = string.Join(", ", _left.Values.Take(MostNamed).Select(Entry));
            return _left.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $"{named}, more={_left.Count - MostNamed}") : named;
        }
    }

    private static string Entry(MimeAttachment file)
    {
        var name = file.FileName ?? string.Empty;
        return string.Create(CultureInfo.InvariantCulture, $"{file.Index};size={file.Size};filename=\"{Uri.EscapeDataString(name.Length > LongestName ? name[..LongestName] : name)}\"");
    }
}
