using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text;

namespace InboundBridge.Mime.Charsets;

/// <summary>Maps charset names as found in mail to .NET encodings.</summary>
internal static class CharsetNames
{
    private static readonly FrozenDictionary<string, string> Aliases = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        // Senders use these labels for a superset of the charset (as in the WHATWG Encoding Standard).
        ["us-ascii"] = "windows-1252",
        ["ascii"] = "windows-1252",
        ["ansi_x3.4-1968"] = "windows-1252",
        ["ansi_x3.110-1983"] = "windows-1252",
        ["646"] = "windows-1252",
        ["iso-8859-1"] = "windows-1252",
        ["iso8859-1"] = "windows-1252",
        ["iso88591"] = "windows-1252",
        ["iso_8859-1"] = "windows-1252",
        ["8859-1"] = "windows-1252",
        ["latin1"] = "windows-1252",
        ["latin-1"] = "windows-1252",
        ["l1"] = "windows-1252",
        ["iso-8859-1-windows-3.1-latin-1"] = "windows-1252",
        ["ansi"] = "windows-1252",
        ["x-ansi"] = "windows-1252",
        ["cp819"] = "windows-1252",
        ["iso-8859-9"] = "windows-1254",
        ["latin5"] = "windows-1254",
        ["iso-8859-11"] = "windows-874",
        ["tis-620"] = "windows-874",
        ["tis620"] = "windows-874",
        ["gb2312"] = "gb18030",
        ["gbk"] = "gb18030",
        ["x-gbk"] = "gb18030",
        ["cp936"] = "gb18030",
        ["chinese"] = "gb18030",
        ["csgb2312"] = "gb18030",
        ["euc-cn"] = "gb18030",
        ["x-cp20936"] = "gb18030",
        ["gb_2312-80"] = "gb18030",
        ["ms936"] = "gb18030",
        ["ks_c_5601-1987"] = "ks_c_5601-1987",
        ["euc-kr"] = "ks_c_5601-1987",
        ["ksc5601"] = "ks_c_5601-1987",
        ["ks_c_5601"] = "ks_c_5601-1987",
        ["ks_c_5601-1989"] = "ks_c_5601-1987",
        ["uhc"] = "ks_c_5601-1987",
        ["cp949"] = "ks_c_5601-1987",
        ["x-windows-949"] = "ks_c_5601-1987",
        ["5601"] = "ks_c_5601-1987",
        ["sjis"] = "shift_jis",
        ["x-sjis"] = "shift_jis",
        ["shift-jis"] = "shift_jis",
        ["ms_kanji"] = "shift_jis",
        ["windows-31j"] = "shift_jis",
        ["cp932"] = "shift_jis",
        ["ms932"] = "shift_jis",
        ["x-mac-japanese"] = "x-mac-japanese",
        ["iso-2022-jp-1"] = "iso-2022-jp",
        ["iso-2022-jp-2"] = "iso-2022-jp",
        ["iso-2022-jp-3"] = "iso-2022-jp",
        ["iso-2022-jp-ms"] = "iso-2022-jp",
        ["cp50220"] = "iso-2022-jp",
        ["cp50221"] = "iso-2022-jp",
        ["eucjp"] = "euc-jp",
        ["x-euc-jp"] = "euc-jp",
        ["ujis"] = "euc-jp",
        ["big5-hkscs"] = "big5",
        ["big-5"] = "big5",
        ["cp950"] = "big5",
        ["x-x-big5"] = "big5",
        ["utf8"] = "utf-8",
        ["utf_8"] = "utf-8",
        ["unicode-1-1-utf-8"] = "utf-8",
        ["utf-8-mac"] = "utf-8",
        ["utf8mb4"] = "utf-8",
        ["utf"] = "utf-8",
        ["unicode"] = "utf-16",
        ["ucs-2"] = "utf-16",
        ["ucs2"] = "utf-16",
        ["utf16"] = "utf-16",
        ["unicode-1-1-utf-7"] = "utf-7",
        ["unicode-2-0-utf-7"] = "utf-7",
        ["x-unicode-2-0-utf-7"] = "utf-7",
        ["utf7"] = "utf-7",
        ["koi8r"] = "koi8-r",
        ["koi8"] = "koi8-r",
        ["koi8u"] = "koi8-u",
        ["x-mac-roman"] = "macintosh",
        ["mac"] = "macintosh",
        ["x-macroman"] = "macintosh",
        ["iso-8859-8-i"] = "windows-1255",
        ["iso-8859-8-e"] = "windows-1255",
        ["iso-8859-8"] = "windows-1255",
        ["hebrew"] = "windows-1255",
        ["iso-8859-6-i"] = "iso-8859-6",
        ["iso-8859-6-e"] = "iso-8859-6",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Most characters of a name; a longer text may begin with one.</summary>
    private const int Longest = 60;

    private static readonly ConcurrentDictionary<string, Encoding?> Known = new(StringComparer.OrdinalIgnoreCase);

    public static Encoding Windows1252 { get; } = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <summary>True where the label promises seven bits; senders break this promise most often.</summary>
    public static bool IsAscii(string name) => name.Trim().ToLowerInvariant() is "us-ascii" or "ascii" or "ansi_x3.4-1968" or "646" or "";

    /// <summary>True where octets below 128 are ASCII whatever precedes them; an undeclared charset counts as ASCII.</summary>
    public static bool IsAsciiOrUtf8(string? name) => string.IsNullOrWhiteSpace(name) || IsAscii(name) || Find(name) is UTF8Encoding;

    /// <summary>Null for an unknown name.</summary>
    public static Encoding? Find(string name)
    {
        name = name.Trim(' ', '\t', '"', '\'', ';', ',', '<', '>', '=', '?', '\\', '.', ':');
        if (name.Length > Longest)
            name = name[..Longest];
        if (name.Length == 0)
            return null;
        if (Known.TryGetValue(name, out var known))
            return known;
        var found = Resolve(name);
        // Names come from mail, so only known ones are cached: strangers could fill memory with invented ones.
        if (found is not null && Known.Count < 500)
            Known.TryAdd(name, found);
        return found;
    }

    private static Encoding? Resolve(string name)
    {
        if (Lookup(Aliases.GetValueOrDefault(name, name)) is { } found)
            return found;
        // iso_8859-2, ISO8859-2:1987, cp-1250, windows1250, cp1250, x-cp1251, win-1251
        var lower = name.ToLowerInvariant().Replace('_', '-').Split(':')[0];
        if (Aliases.GetValueOrDefault(lower) is { } alias && Lookup(alias) is { } byAlias)
            return byAlias;
        var digits = new string([.. lower.Where(char.IsAsciiDigit)]);
        if (lower.Contains("8859", StringComparison.Ordinal) && digits.Length is 5 or 6)
            return Find8859(digits["8859".Length..]);
        if (digits.Length is >= 3 and <= 5
            && (lower.StartsWith("cp", StringComparison.Ordinal) || lower.StartsWith("win", StringComparison.Ordinal)
            || lower.StartsWith("x-cp", StringComparison.Ordinal) || lower.StartsWith("ibm", StringComparison.Ordinal)
            || lower.StartsWith("ms", StringComparison.Ordinal) || digits.Length == lower.Length))
            return LookupPage(int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture));
        return Lookup(lower) ?? CharsetDebris.Find(name);
    }

    private static Encoding? Find8859(string part) => Lookup(Aliases.GetValueOrDefault("iso-8859-" + part, "iso-8859-" + part));

    private static Encoding? Lookup(string name)
    {
        if (name == "utf-7")
            return Utf7Encoding.Instance;
        try
        {
            return Marking(CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name));
        }
        catch (ArgumentException)
        {
            return null;
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>
    /// The two-octet charsets decode invalid octets to a replacement character of their own; callers
    /// could not tell that the octets are in another charset.
    /// </summary>
    private static Encoding Marking(Encoding encoding)
    {
        if (encoding.IsSingleByte || encoding.CodePage is not (932 or 936 or 949 or 950 or 51932 or 54936 or 51949 or 20932))
            return encoding;
        var marking = (Encoding)encoding.Clone();
        marking.DecoderFallback = new DecoderReplacementFallback("\uFFFD");
        return marking;
    }

    private static Encoding? LookupPage(int page)
    {
        if (page == 65000)
            return Utf7Encoding.Instance;
        try
        {
            return page is > 0 and <= 65535 ? Marking(CodePagesEncodingProvider.Instance.GetEncoding(page)
                ?? Encoding.GetEncoding(page)) : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }
}
