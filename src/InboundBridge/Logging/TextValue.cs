using System.Buffers;
using System.Text;

namespace InboundBridge.Logging;

/// <summary>A value in a text line: bare, or in quotes with characters escaped that would break the line.</summary>
internal static class TextValue
{
    /// <summary>
    /// Quote, backslash, control characters, line and paragraph separators, and characters that change the direction of text.
    /// </summary>
    private static readonly string Breaking = string.Concat(
        [.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(char.IsControl), '"', '\\',
            .. "\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"]);

    private static readonly SearchValues<char> Escaped = SearchValues.Create(Breaking);

    private static readonly SearchValues<char> Quoted = SearchValues.Create(Breaking + " =");

    /// <summary>
    /// ASCII that needs no escape within quotes. Searching for ASCII alone is much faster, and most values contain nothing else.
    /// </summary>
    private static readonly SearchValues<char> Plain =
        SearchValues.Create(string.Concat(Enumerable.Range(0, 0x80).Select(code => (char)code).Except(Breaking)));

    /// <summary>ASCII that needs no quotes.</summary>
    private static readonly SearchValues<char> Bare =
        SearchValues.Create(string.Concat(Enumerable.Range(0, 0x80).Select(code => (char)code).Except(Breaking + " =")));

    /// <summary>As it stands between the quotes.</summary>
    public static string Escape(string value)
    {
        var octets = new ArrayBufferWriter<byte>();
        var line = new LineOctets(octets);
        WriteEscaped(ref line, value);
        line.End();
        return Encoding.UTF8.GetString(octets.WrittenSpan);
    }

    public static void WriteCut(ref LineOctets line, scoped ReadOnlySpan<char> value)
    {
        if (value.Length <= FieldValue.LongestText)
            Write(ref line, value);
        else
            Write(ref line, FieldValue.Cut(value.ToString()));
    }

    public static void Write(ref LineOctets line, scoped ReadOnlySpan<char> value)
    {
        var isPlain = !value.ContainsAnyExcept(Plain);
        if (value.Length > 0 && !(isPlain ? value.ContainsAnyExcept(Bare) : value.ContainsAny(Quoted)))
        {
            line.Add(value);
            return;
        }
        line.Add((byte)'"');
        if (isPlain)
            line.Add(value);
        else
            WriteEscaped(ref line, value);
        line.Add((byte)'"');
    }

    private static void WriteEscaped(ref LineOctets line, scoped ReadOnlySpan<char> value)
    {
        for (int plain; (plain = value.IndexOfAny(Escaped)) >= 0; value = value[(plain + 1)..])
        {
            line.Add(value[..plain]);
            line.Add((byte)'\\');
            var letter = value[plain];
            if (letter is '"' or '\\')
                line.Add((byte)letter);
            else if (letter is '\n' or '\r')
                line.Add(letter == '\n' ? (byte)'n' : (byte)'r');
            else
            {
                line.Add((byte)'u');
                line.AddNumber((int)letter, "x4");
            }
        }
        line.Add(value);
    }
}
