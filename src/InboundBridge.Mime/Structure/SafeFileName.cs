using System.Text;

namespace InboundBridge.Mime.Structure;

/// <summary>Makes a file name safe for a file system: no path, no control or reserved characters, no device names, not too long.</summary>
internal static class SafeFileName
{
    /// <summary>UTF-8 octets; file systems allow 255.</summary>
    private const int Longest = 200;

    private static readonly System.Buffers.SearchValues<char> Separators = System.Buffers.SearchValues.Create("/\\");

    public static string? Of(string? declared)
    {
        if (declared is null)
            return null;
        var text = declared.Length > 4096 ? declared[^4096..] : declared;
        var last = text.AsSpan().TrimEnd("/\\ ").LastIndexOfAny(Separators);
        var cleaned = new StringBuilder(text.Length);
        foreach (var rune in text[(last + 1)..].EnumerateRunes())
        {
            if (IsInvisible(rune))
                continue;
            cleaned.Append(rune.Value is '/' or '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|' ? "_" : rune.ToString());
        }
        var name = cleaned.ToString().Trim().TrimEnd('.', ' ');
        if (name.Length == 0 || name.All(character => character is '.' or '_'))
            return declared.Trim().Length == 0 ? null : "_";
        return Shorten(IsDevice(name) ? "_" + name : name);
    }

    /// <summary>Controls, and the marks that turn "exe.txt" around (U+202E).</summary>
    private static bool IsInvisible(Rune rune) => Rune.IsControl(rune)
        || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Format
        or System.Globalization.UnicodeCategory.LineSeparator
            or System.Globalization.UnicodeCategory.ParagraphSeparator or System.Globalization.UnicodeCategory.Surrogate;

    private static bool IsDevice(string name)
    {
        var stem = name.Split('.')[0].Trim().ToUpperInvariant();
        return stem is "CON" or "PRN" or "AUX" or "NUL"
            || (stem.Length == 4 && char.IsDigit(stem[3])
                && (stem.StartsWith("COM", StringComparison.Ordinal) || stem.StartsWith("LPT", StringComparison.Ordinal)));
    }

    private static string Shorten(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= Longest)
            return name;
        var extension = Path.GetExtension(name);
        if (Encoding.UTF8.GetByteCount(extension) > 20)
            extension = "";
        var stem = new StringBuilder();
        var room = Longest - Encoding.UTF8.GetByteCount(extension);
        foreach (var rune in name[..^extension.Length].EnumerateRunes())
        {
            room -= rune.Utf8SequenceLength;
            if (room < 0)
                break;
            stem.Append(rune.ToString());
        }
        return stem.Append(extension).ToString();
    }
}
