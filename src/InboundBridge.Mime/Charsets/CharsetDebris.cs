using System.Text;

namespace InboundBridge.Mime.Charsets;

/// <summary>
/// Names of charsets with debris around them, such as <c>_iso-2022-jp$ESC</c>, <c>3D"utf-8"</c>
/// or <c>charset=utf-8</c>: the charset name inside counts.
/// </summary>
internal static class CharsetDebris
{
    /// <summary>Letters and digits of a name, with its charset. Longer names come before their own prefixes.</summary>
    private static readonly (string Mark, string Name)[] Marks =
    [
        ("utf16le", "utf-16"), ("utf16be", "utf-16be"), ("utf16", "utf-16"), ("utf32", "utf-32"), ("utf7", "utf-7"), ("utf8", "utf-8"),
        ("iso2022jp", "iso-2022-jp"), ("iso2022kr", "iso-2022-kr"), ("shiftjis", "shift_jis"), ("sjis", "shift_jis"),
        ("windows31j", "shift_jis"), ("eucjp", "euc-jp"), ("euckr", "euc-kr"), ("euccn", "gb18030"), ("ksc5601", "euc-kr"),
        ("gb18030", "gb18030"), ("gb2312", "gb18030"), ("gbk", "gb18030"), ("big5", "big5"), ("koi8u", "koi8-u"), ("koi8", "koi8-r"),
        ("tis620", "windows-874"), ("88591windows", "windows-1252"), ("latin1", "windows-1252"), ("latin2", "iso-8859-2"),
        ("latin5", "windows-1254"), ("latin9", "iso-8859-15"), ("usascii", "windows-1252"), ("macroman", "macintosh"),
        ("macintosh", "macintosh"),
    ];

    public static Encoding? Find(string name)
    {
        var compact = string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
        foreach (var (mark, charset) in Marks)
        {
            if (compact.Contains(mark, StringComparison.Ordinal))
                return CharsetNames.Find(charset);
        }
        return Numbered(compact, "8859", 2, number => number is >= 1 and <= 16 ? $"iso-8859-{number}" : null)
            ?? Numbered(compact, "125", 1, number => number <= 8 ? $"windows-125{number}" : null)
            ?? Numbered(compact, "cp", 3, number => number is 437 or 850 or 852 or 855 or 857 or 858 or 866 or 874 or 932 or 936
                or 949 or 950 ? $"cp{number}" : null);
    }

    /// <summary>
    /// The charset whose number follows <paramref name="mark"/>: as many digits as there are, up to <paramref name="most"/>.
    /// </summary>
    private static Encoding? Numbered(string compact, string mark, int most, Func<int, string?> nameOf)
    {
        var at = compact.IndexOf(mark, StringComparison.Ordinal);
        if (at < 0)
            return null;
        var number = 0;
        var digits = 0;
        for (at += mark.Length; digits < most && at < compact.Length && char.IsAsciiDigit(compact[at]); digits++)
            number = (number * 10) + (compact[at++] - '0');
        return digits > 0 && nameOf(number) is { } name ? CharsetNames.Find(name) : null;
    }
}
