using System.Text;

namespace InboundBridge.Rules.Templates;

/// <summary>
/// Builds a URL from literals that its author wrote and values from mail. A value can't change the structure of the URL (path traversal):
/// it is percent-encoded (RFC 3986 §2.4), and never makes a dot segment (§5.2.4), which clients and servers resolve even where it is
/// written <c>%2E%2E</c>; such dots are encoded twice (<c>%252E</c>).
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

    public override string ToString()
    {
        if (!_isBehindPath)
            EndSegment();
        _hasValue = false;
        return _url.ToString();
    }

    /// <summary>Percent-encoded. A server that decodes <c>%2F</c> before it resolves dot segments finds no dot segment either.</summary>
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

    /// <summary>A value and the literals beside it can make a dot segment together, even an empty value.</summary>
    private void EndSegment()
    {
        if (_hasValue)
        {
            var segment = _url.ToString(_segment, _url.Length - _segment);
            if (segment.Replace("%2E", ".", StringComparison.OrdinalIgnoreCase) is "." or "..")
                _url.Replace("%2E", Dot, _segment, segment.Length).Replace("%2e", Dot, _segment, _url.Length - _segment)
                    .Replace(".", Dot, _segment, _url.Length - _segment);
        }
        _hasValue = false;
    }

    /// <summary>
    /// Replaces characters that compatibility normalization (Unicode NFKC, IDNA) maps to dots
    /// and slashes by these, so that they are encoded as such.
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
