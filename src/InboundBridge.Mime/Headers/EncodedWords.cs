using System.Buffers;
using System.Text;
using InboundBridge.Mime.Charsets;
using InboundBridge.Mime.Encodings;

namespace InboundBridge.Mime.Headers;

/// <summary>
/// Decodes RFC 2047 words as found in the wild: characters split over two words, spaces inside a word, words without space between, missing
/// padding, wrong charsets.
/// </summary>
internal static class EncodedWords
{
    // RFC 2047 §2 allows 75 characters; whole subjects in one word are common. The caps keep reading linear.
    private const int LongestWord = 16 * 1024;
    private const int LongestCharset = 80;

    private static readonly SearchValues<char> CharsetEnds = SearchValues.Create("? \t=<>@,");

    public static string Decode(string text)
    {
        var from = text.IndexOf("=?", StringComparison.Ordinal);
        if (from < 0)
            return text;
        var result = new StringBuilder(text.Length);
        var pending = new PendingWord();
        var position = 0;
        var lastWasWord = false;
        while (from >= 0)
        {
            if (!TryRead(text, from, out var word))
            {
                from = text.IndexOf("=?", from + 2, StringComparison.Ordinal);
                continue;
            }
            var between = text.AsSpan(position, from - position);
            // RFC 2047 §6.2: white space between two encoded words is not shown.
            if (!lastWasWord || !between.Trim(" \t").IsEmpty)
            {
                pending.Flush(result);
                result.Append(between);
            }
            pending.Add(text, word, result);
            lastWasWord = true;
            position = word.End;
            from = text.IndexOf("=?", position, StringComparison.Ordinal);
        }
        pending.Flush(result);
        result.Append(text.AsSpan(position));
        return result.ToString();
    }

    private static bool TryRead(string text, int start, out Word word)
    {
        word = default;
        if (!TryReadHead(text, start, out var charsetEnd, out var encoding))
            return false;
        var contentStart = charsetEnd + 3;
        var rest = text.AsSpan(contentStart, Math.Min(LongestWord, text.Length - contentStart));
        var length = rest.IndexOf("?=");
        // "=?utf-8?q?=41?=": the first "?=" is the "?" after the encoding and an escape.
        if (encoding == 'q' && length == 0 && rest.Length > 2 && char.IsAsciiHexDigit(rest[2])
            && rest[2..].IndexOf("?=") is >= 0 and var further)
            length = further + 2;
        if (length < 0)
            return false;
        // A new word begins inside, so the first one was never closed.
        var inner = rest[..length].IndexOf("=?");
        if (inner >= 0 && TryReadHead(text, contentStart + inner, out _, out _))
            return false;
        var charset = text.AsSpan(start + 2, charsetEnd - start - 2);
        var language = charset.IndexOf('*');
        word = new Word(
            (language < 0 ? charset : charset[..language]).ToString(), encoding == 'b', contentStart, contentStart + length,
            contentStart + length + 2);
        return true;
    }

    private static bool TryReadHead(string text, int start, out int charsetEnd, out char encoding)
    {
        encoding = default;
        var length = text.AsSpan(start + 2, Math.Min(LongestCharset, text.Length - start - 2)).IndexOfAny(CharsetEnds);
        charsetEnd = start + 2 + length;
        if (length < 1 || text[charsetEnd] != '?' || charsetEnd + 2 >= text.Length || text[charsetEnd + 2] != '?')
            return false;
        encoding = (char)(text[charsetEnd + 1] | 0x20);
        return encoding is 'b' or 'q';
    }

    private readonly record struct Word(string Charset, bool IsBase64, int Start, int ContentEnd, int End);

    /// <summary>Octets of neighbouring words of one charset, decoded together because a character may be split between them.</summary>
    private struct PendingWord
    {
        private ArrayBufferWriter<byte>? _octets;
        private string? _charset;

        public void Add(string text, Word word, StringBuilder result)
        {
            if (_charset is not null && !_charset.Equals(word.Charset, StringComparison.OrdinalIgnoreCase))
                Flush(result);
            _charset = word.Charset;
            _octets ??= new ArrayBufferWriter<byte>();
            var content = text.AsSpan(word.Start, word.ContentEnd - word.Start);
            if (word.IsBase64)
                WordEncodings.DecodeBase64(content, _octets);
            else
                WordEncodings.DecodeQ(content, _octets);
        }

        public void Flush(StringBuilder result)
        {
            if (_charset is null || _octets is null)
                return;
            result.Append(CharsetText.DecodeHeader(_octets.WrittenSpan, _charset));
            _octets.Clear();
            _charset = null;
        }
    }
}
