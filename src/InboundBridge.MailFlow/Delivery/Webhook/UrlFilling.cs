using System.Text;

namespace InboundBridge.MailFlow.Delivery.Webhook;

/// <summary>
/// Builds a URL from the text of its author and from values of the mail. A value can't leave its place: it is
/// percent-encoded (RFC 3986 §2.4), and it never becomes a dot segment (§5.2.4), which clients and servers resolve even when
/// it is written <c>%2E%2E</c>; the dots of such a segment are encoded twice (<c>%252E</c>). The project Rules fills its
/// URLs in the same way and can't be used here; a test compares the two.
/// </summary>
internal sealed class UrlFilling
{
    private const string Dot = "%252E";

    private readonly StringBuilder _url = new();
    private int _segment;
    private bool _hasValue;
    private bool _isBehindPath;

    public void Literal(string text)
    {
        foreach (var letter in text)
        {
            if (!_isBehindPath && letter is '/' or '\\' or '?' or '#')
            {
                EndSegment();
                _isBehindPath = letter is '?' or '#';
                _url.Append(letter);
                _segment = _url.Length;
            }
            else
            {
                _url.Append(letter);
            }
        }
    }

    public void Value(string value)
    {
        _hasValue = true;
        _url.Append(Escape(value));
    }

    /// <summary>For a URL that was filled in elsewhere: any dot segment in it may come from the mail.</summary>
    public static string WithoutDotSegments(string url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        var path = scheme < 0 ? -1 : url.IndexOfAny(['/', '\\', '?', '#'], scheme + 3);
        if (path < 0)
            return url;
        var end = url.IndexOfAny(['?', '#'], path);
        var filling = new UrlFilling();
        foreach (var segment in (end < 0 ? url[path..] : url[path..end]).Split('/', '\\'))
        {
            filling._hasValue = true;
            filling._url.Append(segment);
            filling.EndSegment();
            filling._url.Append('/');
            filling._segment = filling._url.Length;
        }
        filling._url.Length--;
        return string.Concat(url.AsSpan(0, path), filling._url.ToString(), end < 0 ? default : url.AsSpan(end));
    }

    public override string ToString()
    {
        if (!_isBehindPath)
            EndSegment();
        _hasValue = false;
        return _url.ToString();
    }

    /// <summary>Percent-encodes a value. A server that decodes <c>%2F</c> before it resolves dot segments finds none.</summary>
    internal static string Escape(string value)
    {
        var plain = Folded(value);
        if (!plain.Contains('.', StringComparison.Ordinal))
            return Uri.EscapeDataString(plain);
        var escaped = new StringBuilder(plain.Length + 16);
        for (var at = 0; at <= plain.Length;)
        {
            var end = plain.AsSpan(at).IndexOfAny('/', '\\') is var found and >= 0 ? at + found : plain.Length;
            var part = plain[at..end];
            escaped.Append(part is "." or ".." ? part.Replace(".", Dot, StringComparison.Ordinal) : Uri.EscapeDataString(part));
            if (end < plain.Length)
                escaped.Append(Uri.HexEscape(plain[end]));
            at = end + 1;
        }
        return escaped.ToString();
    }

    /// <summary>A value, even an empty one, can make a dot segment together with the text beside it.</summary>
    private void EndSegment()
    {
        if (_hasValue)
        {
            var segment = _url.ToString(_segment, _url.Length - _segment);
            if (segment.Replace("%2E", ".", StringComparison.OrdinalIgnoreCase) is "." or "..")
            {
                _url.Replace("%2E", Dot, _segment, segment.Length)
                    .Replace("%2e", Dot, _segment, _url.Length - _segment)
                    .Replace(".", Dot, _segment, _url.Length - _segment);
            }
        }
        _hasValue = false;
    }

    /// <summary>
    /// Replaces the characters that compatibility normalization (Unicode NFKC, IDNA) turns
    /// into dots and slashes, so that they are encoded as those.
    /// </summary>
    private static string Folded(string value)
    {
        if (System.Text.Ascii.IsValid(value))
            return value;
        var folded = new StringBuilder(value.Length);
        foreach (var letter in value)
        {
            _ = letter switch
            {
                '\u2024' or '\ufe52' or '\uff0e' or '\u3002' or '\uff61' => folded.Append('.'),
                '\u2025' or '\ufe30' => folded.Append(".."),
                '\u2026' or '\ufe19' => folded.Append("..."),
                '\uff0f' => folded.Append('/'),
                '\uff3c' or '\ufe68' => folded.Append('\\'),
                _ => folded.Append(letter),
            };
        }
        return folded.ToString();
    }
}
