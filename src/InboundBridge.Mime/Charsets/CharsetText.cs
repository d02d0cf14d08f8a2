using System.Text;
using InboundBridge.Text;

namespace InboundBridge.Mime.Charsets;

/// <summary>Decodes octets with a declared charset; an unknown or plainly wrong charset is replaced by a guess.</summary>
internal static class CharsetText
{
    /// <summary>Octets of a text that the guess looks at.</summary>
    private const int WesternSample = 4096;

    private const int WesternPage = 1252;

    /// <summary>With fewer octets above 127 there is too little evidence.</summary>
    private const int LeastEvidence = 8;

    private const char Replacement = '\uFFFD';

    /// <summary>Decodes an encoded word or a parameter; white space and controls in it can't break lines.</summary>
    public static string DecodeHeader(ReadOnlySpan<byte> octets, string charset)
    {
        var text = Decode(octets, charset, null);
        if (text.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0)
            return text;
        return string.Create(text.Length, text, static (to, from) =>
        {
            for (var index = 0; index < from.Length; index++)
                to[index] = from[index] < ' ' ? ' ' : from[index];
        });
    }

    public static string Decode(ReadOnlySpan<byte> octets, string? charset, ProblemList? problems)
    {
        if (BomEncoding(octets, out var skip) is { } byBom)
            return byBom.GetString(octets[skip..]);
        if (string.IsNullOrWhiteSpace(charset) || CharsetNames.IsAscii(charset))
            return Undeclared(octets, charset, problems);
        var encoding = CharsetNames.Find(charset);
        if (encoding is null)
        {
            problems?.Add($"unknown charset {Shorten(charset)}");
            return RawText.Decode(octets);
        }
        if (LooksJapanese(octets) && !IsEscaped(encoding) && Japanese is { } japanese)
        {
            problems?.Add($"text declared as {Shorten(charset)} is ISO-2022-JP");
            return japanese.GetString(octets);
        }
        if (IsMislabelledAsWide(octets, encoding))
        {
            problems?.Add($"text declared as {Shorten(charset)} has one octet a character");
            return RawText.Decode(octets);
        }
        if (encoding.CodePage == WesternPage && IsHardlyWestern(octets))
        {
            problems?.Add($"text declared as {Shorten(charset)} is in another charset");
            return RawText.Decode(octets);
        }
        if (encoding is UTF8Encoding && !System.Text.Unicode.Utf8.IsValid(octets))
            return BrokenUtf8(octets, problems);
        if (encoding is not UTF8Encoding && IsReallyUtf8(octets, encoding))
        {
            problems?.Add($"text declared as {Shorten(charset)} is UTF-8");
            return Encoding.UTF8.GetString(octets);
        }
        var text = encoding.GetString(octets);
        if (encoding is UTF8Encoding || !text.Contains(Replacement, StringComparison.Ordinal))
            return text;
        var broken = text.AsSpan().Count(Replacement);
        if (broken > Math.Max(1, (octets.Length - CountAscii(octets)) / 8))
        {
            problems?.Add($"text declared as {Shorten(charset)} is in another charset");
            return RawText.Decode(octets);
        }
        problems?.Add($"octets that are not {Shorten(charset)} were replaced");
        return text;
    }

    /// <summary>Null where the octets are not text in that charset: some are invalid in it or decode to control characters.</summary>
    public static string? DecodeStrictly(ReadOnlySpan<byte> octets, string charset)
    {
        if (CharsetNames.IsAscii(charset) || CharsetNames.Find(charset) is not { } encoding || (encoding is UTF8Encoding
            && !System.Text.Unicode.Utf8.IsValid(octets)))
            return null;
        if (encoding.CodePage == WesternPage && IsHardlyWestern(octets))
            return null;
        var text = encoding.GetString(octets);
        return text.AsSpan().IndexOfAnyInRange('\u0080', '\u009f') >= 0
            || text.Contains(Replacement, StringComparison.Ordinal) ? null : text;
    }

    /// <summary>In these charsets ESC (27) switches the character set.</summary>
    private static bool IsEscaped(Encoding encoding) => encoding.WebName.StartsWith("iso-2022", StringComparison.OrdinalIgnoreCase);

    /// <summary>True for octets labelled UTF-16 or UTF-32 that are ASCII or UTF-8, without the zero octets of those encodings.</summary>
    private static bool IsMislabelledAsWide(ReadOnlySpan<byte> octets, Encoding encoding) =>
        encoding is UnicodeEncoding or UTF32Encoding && octets.Length > 0 && !octets.Contains((byte)0)
            && System.Text.Unicode.Utf8.IsValid(octets);

    /// <summary>
    /// Many programs label any text with the western charset. Its languages have an accent here and there; where
    /// nearly all letters are 8-bit, it is Cyrillic, Greek or Chinese.
    /// </summary>
    private static bool IsHardlyWestern(ReadOnlySpan<byte> octets)
    {
        var (high, letters) = (0, 0);
        foreach (var octet in octets[..Math.Min(octets.Length, WesternSample)])
        {
            high += octet >= 0xA0 ? 1 : 0;
            letters += octet >= 0xA0 || char.IsAsciiLetter((char)octet) ? 1 : 0;
        }
        return high >= LeastEvidence && high * 10 > letters * 7;
    }

    private static int CountAscii(ReadOnlySpan<byte> octets)
    {
        var count = 0;
        foreach (var octet in octets)
            count += octet < 0x80 ? 1 : 0;
        return count;
    }

    /// <summary>True where <see cref="Decode"/> would read the octets as UTF-8 (or ASCII, its subset) without any fault.</summary>
    /// <param name="charset">None, ASCII or UTF-8.</param>
    public static bool IsUtf8(ReadOnlySpan<byte> octets, string? charset)
    {
        var isUndeclared = string.IsNullOrWhiteSpace(charset) || CharsetNames.IsAscii(charset);
        if (Ascii.IsValid(octets))
            return !LooksJapanese(octets);
        return !isUndeclared && BomEncoding(octets, out _) is null or UTF8Encoding && System.Text.Unicode.Utf8.IsValid(octets);
    }

    /// <summary>ISO-2022-JP is a seven-bit charset that Japanese senders often leave undeclared.</summary>
    public static bool LooksJapanese(ReadOnlySpan<byte> octets) => octets.Contains((byte)0x1B) && octets.IndexOf("\x1b$"u8) >= 0
        && Ascii.IsValid(octets);

    public static Encoding? Japanese => CharsetNames.Find("iso-2022-jp");

    /// <summary>
    /// Only short text in another charset is valid UTF-8 by accident: a few two-octet characters of GB2312 ("联通") can be, two accented
    /// letters of Latin-1 hardly ever.
    /// </summary>
    private static bool IsReallyUtf8(ReadOnlySpan<byte> octets, Encoding declared)
    {
        if (Ascii.IsValid(octets) || !System.Text.Unicode.Utf8.IsValid(octets))
            return false;
        var wide = 0;
        foreach (var octet in octets)
        {
            if (octet >= 0xC0 && ++wide >= 8)
                break;
        }
        return wide >= (declared.IsSingleByte ? 2 : 8);
    }

    private static string Undeclared(ReadOnlySpan<byte> octets, string? charset, ProblemList? problems)
    {
        if (Ascii.IsValid(octets))
            return RawText.Decode(octets);
        if (!string.IsNullOrWhiteSpace(charset))
            problems?.Add("text declared as US-ASCII has 8-bit octets");
        return RawText.Decode(octets);
    }

    private static string BrokenUtf8(ReadOnlySpan<byte> octets, ProblemList? problems)
    {
        var text = Encoding.UTF8.GetString(octets);
        var broken = text.AsSpan().Count(Replacement);
        var wide = text.AsSpan().Length - text.AsSpan().CountAny(AsciiCharacters) - broken;
        // A few bad octets in text that is otherwise UTF-8 are damage; many mean another charset.
        if (broken <= Math.Max(1, wide / 2))
        {
            problems?.Add("octets that are not utf-8 were replaced");
            return text;
        }
        problems?.Add("text declared as utf-8 is in another charset");
        return CharsetDetection.Guess(octets).GetString(octets);
    }

    private static readonly System.Buffers.SearchValues<char> AsciiCharacters =
        System.Buffers.SearchValues.Create(string.Concat(Enumerable.Range(0, 128).Select(code => (char)code)));

    private static Encoding? BomEncoding(ReadOnlySpan<byte> octets, out int skip)
    {
        skip = 3;
        if (octets.Length >= 3 && octets[0] == 0xEF && octets[1] == 0xBB && octets[2] == 0xBF)
            return System.Text.Unicode.Utf8.IsValid(octets) ? Encoding.UTF8 : null;
        skip = 2;
        if (octets.Length >= 4 && octets.Length % 2 == 0)
        {
            if (octets[0] == 0xFF && octets[1] == 0xFE)
                return Encoding.Unicode;
            if (octets[0] == 0xFE && octets[1] == 0xFF)
                return Encoding.BigEndianUnicode;
        }
        skip = 0;
        return null;
    }

    private static string Shorten(string name) => CutText.At(name, 40);
}
