using System.Buffers;
using System.Collections.Frozen;
using System.Text.Unicode;

namespace InboundBridge.Mime.Replies;

/// <summary>
/// The line that telephones, programs and web mailers add by themselves ("Sent from my
/// iPhone"), in many languages, with links in it or without.
/// </summary>
internal static class DeviceLine
{
    /// <summary>Characters, with links.</summary>
    private const int Longest = 300;

    /// <summary>Characters, without links.</summary>
    private const int LongestWords = 119;

    private const string Marks = " \t\u00a0*_~\"'“”„«»()[]|.!。…";

    private static readonly FrozenDictionary<char, string[]> Whole = ByFirst(DeviceWords.Whole);

    private static readonly FrozenDictionary<char, string[]> First = ByFirst(DeviceWords.First);

    /// <summary>ASCII octets that a device's line may begin with.</summary>
    private static readonly SearchValues<byte> FirstOctets = SearchValues.Create(
        [.. Whole.Keys.Concat(First.Keys).Where(char.IsAscii).SelectMany(first =>
            new[] { (byte)char.ToLowerInvariant(first), (byte)first }), .. "([<'~\t"u8]);

    /// <summary>ASCII octets that a device's line may end with.</summary>
    private static readonly SearchValues<byte> LastOctets = SearchValues.Create(
        [.. DeviceWords.Last.Select(word => word[^1]).Where(char.IsAscii).SelectMany(last =>
            new[] { (byte)char.ToLowerInvariant(last), (byte)char.ToUpperInvariant(last) }), .. ")]>'~\t"u8]);

    /// <param name="line">UTF-8, without white space at its ends.</param>
    public static bool Is(ReadOnlySpan<byte> line)
    {
        // Nearly every line is dismissed here.
        var core = line.Trim("*_\"|.! "u8);
        if (core.IsEmpty || !(core[0] > 0x7F || core[^1] > 0x7F || FirstOctets.Contains(core[0]) || LastOctets.Contains(core[^1])))
            return false;
        Span<char> text = stackalloc char[Longest];
        return Utf8.ToUtf16(line, text, out _, out var length) == OperationStatus.Done && Is(text[..length]);
    }

    public static bool Is(ReadOnlySpan<char> line)
    {
        if (line.Length is < 8 or > Longest)
            return false;
        Span<char> room = stackalloc char[Longest];
        var words = room[..WithoutLinks(line, room)].Trim(Marks).Trim(HeaderLabels.DirectionMarks);
        if (words.Length is 0 or > LongestWords)
            return false;
        var first = char.ToUpperInvariant(words[0]);
        if (Whole.TryGetValue(first, out var whole) && Begins(words, whole))
            return true;
        return ((First.TryGetValue(first, out var beginnings) && Begins(words, beginnings)) || Ends(words, DeviceWords.Last))
            && NamesDevice(words);
    }

    /// <summary>"Sent from Mail&lt;https://…&gt; for Windows": a URL in angle brackets is markup, not part of the sentence.</summary>
    private static int WithoutLinks(ReadOnlySpan<char> line, Span<char> room)
    {
        var count = 0;
        for (var index = 0; index < line.Length; index++)
        {
            if (line[index] is '<' or '[' or '(' && LinkLength(line[index..]) is > 0 and var length)
                index += length - 1;
            else if (line[index] != ' ' || count == 0 || room[count - 1] != ' ')
                room[count++] = line[index] == '\u00a0' ? ' ' : line[index];
        }
        return count;
    }

    private static int LinkLength(ReadOnlySpan<char> text)
    {
        var target = text[1..];
        if (!target.StartsWith("http", StringComparison.OrdinalIgnoreCase)
            && !target.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase)
            && !target.StartsWith("www.", StringComparison.OrdinalIgnoreCase))
            return 0;
        var end = text.IndexOfAny('>', ']', ')');
        return end < 0 ? text.Length : end + 1;
    }

    private static bool Begins(ReadOnlySpan<char> words, string[] beginnings)
    {
        foreach (var beginning in beginnings)
        {
            if (words.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    private static FrozenDictionary<char, string[]> ByFirst(string[] words) =>
        words.GroupBy(word => char.ToUpperInvariant(word[0])).ToFrozenDictionary(group => group.Key, group => group.ToArray());

    private static bool Ends(ReadOnlySpan<char> words, string[] ends)
    {
        foreach (var end in ends)
        {
            if (words.EndsWith(end, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    /// <summary>"Sent via courier" is the author's own line; "Sent via the Samsung Galaxy" is the device's.</summary>
    private static bool NamesDevice(ReadOnlySpan<char> words)
    {
        foreach (var device in DeviceWords.Devices)
        {
            if (words.Contains(device, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }
}
