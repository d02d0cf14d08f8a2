using System.Buffers;
using System.Text;

namespace InboundBridge.MailFlow.Spool.Searching;

/// <summary>Finds a text in the octets of a column, ignoring the case of ASCII letters, so that not every row must be decoded.</summary>
internal sealed class OctetSearch
{
    /// <summary>Characters that JSON of the spool never escapes (<c>JavaScriptEncoder.Default</c>).</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        " !#$%()*,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~");

    private readonly byte[] _wanted;
    private readonly byte _lower;
    private readonly byte _upper;

    private OctetSearch(string wanted)
    {
        _wanted = Encoding.ASCII.GetBytes(wanted.ToLowerInvariant());
        _lower = _wanted[0];
        _upper = (byte)char.ToUpperInvariant((char)_lower);
    }

    /// <summary>The text that is searched for, in small letters.</summary>
    public string Wanted => Encoding.ASCII.GetString(_wanted);

    /// <summary>In a column of plain text. Null where every row must be decoded: nothing is wanted, or more than ASCII.</summary>
    public static OctetSearch? InText(string? wanted) =>
        string.IsNullOrEmpty(wanted) || !Ascii.IsValid(wanted) ? null : new OctetSearch(wanted);

    /// <summary>
    /// In a column of JSON: finds the longest part of the text that JSON never escapes. A row without it can't have the whole text.
    /// </summary>
    public static OctetSearch? InJson(string? wanted)
    {
        var rest = wanted.AsSpan();
        var longest = ReadOnlySpan<char>.Empty;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOfAnyExcept(Plain);
            var part = end < 0 ? rest : rest[..end];
            longest = part.Length > longest.Length ? part : longest;
            rest = end < 0 ? [] : rest[(end + 1)..];
        }
        return longest.IsEmpty ? null : new OctetSearch(longest.ToString());
    }

    public bool IsIn(ReadOnlySpan<byte> octets)
    {
        while (octets.Length >= _wanted.Length)
        {
            var at = octets[..^(_wanted.Length - 1)].IndexOfAny(_lower, _upper);
            if (at < 0)
                return false;
            octets = octets[at..];
            if (Ascii.EqualsIgnoreCase(octets[.._wanted.Length], _wanted))
                return true;
            octets = octets[1..];
        }
        return false;
    }
}
