using System.Text;

namespace InboundBridge.MailFlow.Delivery.SevenBit;

/// <summary>The value of a header field while it is written: words, encoded words, and white space at which lines are folded.</summary>
/// <param name="column">Characters before the value in its line: the field's name and its colon.</param>
internal sealed class SevenBitLines(int column)
{
    /// <summary>RFC 2047 §2: a line with an encoded word has at most 76 characters, and the word at most 75.</summary>
    private const int LongestLine = 76;

    /// <summary>Octets in one encoded word: as base64 with <c>=?utf-8?b?</c> and <c>?=</c> they have at most 72 characters.</summary>
    private const int LongestPiece = 45;

    private readonly StringBuilder _written = new();
    private int _column = column;

    /// <summary>A word as it is. No line ends before the first one: readers take an empty first line for an empty field.</summary>
    /// <param name="space">Before it: blanks and tabs; empty where none may be added.</param>
    public void Append(string space, string word)
    {
        if (_written.Length > 0 && space.Length > 0 && _column + space.Length + word.Length > LongestLine)
        {
            _written.Append("\r\n");
            _column = 0;
        }
        _written.Append(space).Append(word);
        _column += space.Length + word.Length;
    }

    /// <summary>A text as encoded words in base64, in which readers find nothing that they take for syntax.</summary>
    public void AppendEncoded(string space, string text)
    {
        Span<byte> piece = stackalloc byte[LongestPiece];
        var octets = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > LongestPiece)
            {
                Append(space, Encoded(piece[..octets]));
                (space, octets) = (" ", 0);
            }
            octets += rune.EncodeToUtf8(piece[octets..]);
        }
        Append(space, Encoded(piece[..octets]));
    }

    /// <exception cref="SevenBitException">A word is not ASCII.</exception>
    public byte[] ToOctets()
    {
        var value = _written.Append("\r\n").ToString();
        return Ascii.IsValid(value) ? Encoding.ASCII.GetBytes(value) : throw new SevenBitException("a word of a header field is not ASCII");
    }

    private static string Encoded(ReadOnlySpan<byte> piece) => $"=?utf-8?b?{Convert.ToBase64String(piece)}?=";
}
