using System.Text;
using InboundBridge.Mime.Charsets;

namespace InboundBridge.Mime.Tnef;

/// <summary>What a winmail.dat holds.</summary>
internal sealed class TnefContent
{
    public int CodePage { get; set; }

    public string CharsetName => "cp" + CodePage.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public string? Text => MapiText ?? PlainText ?? RtfPlainText;

    /// <summary>From PR_BODY, which takes precedence.</summary>
    public string? MapiText { get; set; }

    /// <summary>From the attribute attBody.</summary>
    public string? PlainText { get; set; }

    public string? RtfPlainText { get; set; }

    public string? Html { get; set; }

    /// <summary>From PR_RTF_COMPRESSED.</summary>
    public TnefPlace? Rtf { get; set; }

    public List<TnefFile> Files { get; } = [];

    /// <summary>An 8-bit string in the message's code page, up to its NUL.</summary>
    public string Decode(ReadOnlySpan<byte> octets)
    {
        var end = octets.IndexOf((byte)0);
        octets = end < 0 ? octets : octets[..end];
        var encoding = CodePage > 0 ? CharsetNames.Find(CharsetName) : null;
        return encoding is null or UTF8Encoding ? RawText.Decode(octets) : encoding.GetString(octets);
    }
}

internal sealed class TnefFile
{
    public string? Name { get; set; }

    /// <summary>From PR_ATTACH_LONG_FILENAME or PR_DISPLAY_NAME, which take precedence over the short name.</summary>
    public string? LongName { get; set; }

    /// <summary>As the file states it, unchecked.</summary>
    public string? ContentType { get; set; }

    /// <summary>As the file states it, unchecked.</summary>
    public string? ContentId { get; set; }

    public TnefPlace? Data { get; set; }
}
