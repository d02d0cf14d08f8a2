using System.Globalization;
using System.Text;
using InboundBridge.Mime.Charsets;
using InboundBridge.Mime.Encodings;

namespace InboundBridge.Mime.Tnef;

/// <summary>
/// Reads the text of RTF, or the HTML that Outlook encapsulates in it (MS-OXRTFEX,
/// <c>\fromhtml1</c>). Tables of fonts, colours and styles are skipped.
/// </summary>
internal sealed class RtfText(Stream rtf, int mostCharacters)
{
    private const int DeepestGroup = 200;
    private const int LongestWord = 32;
    private const int LongestNumber = 11;

    /// <summary>Octets of text decoded together.</summary>
    private const int RunLength = 4096;

    private readonly RtfInput _input = new(rtf);
    private readonly StringBuilder _text = new();
    private readonly byte[] _octets = new byte[RunLength];
    private readonly Stack<(bool Ignored, bool HtmlRtf, int UnicodeSkip)> _groups = new();
    private Decoder _decoder = CharsetNames.Windows1252.GetDecoder();
    private int _count;
    private bool _ignored;
    private bool _htmlRtf;
    private bool _fromHtml;
    private bool _star;
    private int _unicodeSkip = 1;
    private int _toSkip;

    /// <param name="compressed">PR_RTF_COMPRESSED.</param>
    public static void Read(Stream compressed, TnefContent message, int mostCharacters, ProblemList problems)
    {
        using var rtf = CompressedRtf.Open(compressed, problems);
        if (rtf is null)
            return;
        var reader = new RtfText(rtf, mostCharacters);
        var text = reader.Run();
        if (text.Length >= mostCharacters)
            problems.Add("the text in winmail.dat is longer than the cap and was cut");
        if (text.Length == 0)
            return;
        if (reader._fromHtml)
            message.Html ??= text;
        else
            message.RtfPlainText ??= text;
    }

    private string Run()
    {
        while (_text.Length < mostCharacters && _input.Read() is >= 0 and var octet)
        {
            switch (octet)
            {
                case '{':
                    Flush();
                    if (_groups.Count < DeepestGroup)
                        _groups.Push((_ignored, _htmlRtf, _unicodeSkip));
                    _star = false;
                    break;
                case '}':
                    Flush();
                    if (_groups.TryPop(out var group))
                        (_ignored, _htmlRtf, _unicodeSkip) = group;
                    break;
                case '\\':
                    Control();
                    break;
                case '\r' or '\n' or 0:
                    break;
                default:
                    Octet((byte)octet);
                    break;
            }
        }
        Flush();
        _text.Length = Math.Min(_text.Length, mostCharacters);
        return _text.ToString().Trim();
    }

    private void Control()
    {
        if (_input.Peek() is not (>= 0 and var symbol))
            return;
        if (!char.IsAsciiLetter((char)symbol))
        {
            _input.Read();
            Symbol((char)symbol);
            return;
        }
        Span<char> letters = stackalloc char[LongestWord];
        var length = 0;
        while (length < LongestWord && _input.Peek() is >= 0 and var letter && char.IsAsciiLetter((char)letter))
            letters[length++] = (char)_input.Read();
        var number = Number();
        if (_input.Peek() == ' ')
            _input.Read();
        Word(letters[..length].ToString(), number);
    }

    private int? Number()
    {
        Span<char> digits = stackalloc char[LongestNumber];
        var length = 0;
        if (_input.Peek() == '-')
            digits[length++] = (char)_input.Read();
        while (length < LongestNumber && _input.Peek() is >= '0' and <= '9')
            digits[length++] = (char)_input.Read();
        return int.TryParse(digits[..length], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private void Symbol(char symbol)
    {
        switch (symbol)
        {
            case '\'':
                var high = WordEncodings.Hex((char)Math.Max(0, _input.Read()));
                var low = WordEncodings.Hex((char)Math.Max(0, _input.Read()));
                if (high >= 0 && low >= 0)
                    Octet((byte)((high << 4) | low));
                break;
            case '*':
                _star = true;
                break;
            case '~':
                Put(" ");
                break;
            case '_':
                Put("-");
                break;
            case '\\' or '{' or '}':
                Octet((byte)symbol);
                break;
        }
    }

    private void Word(string word, int? number)
    {
        var star = _star;
        _star = false;
        switch (word)
        {
            case "fromhtml":
                _fromHtml = true;
                return;
            case "htmlrtf":
                Flush();
                _htmlRtf = number != 0;
                return;
            // In encapsulated HTML these destinations hold the markup itself.
            case "htmltag" when star:
                return;
            case "ansicpg":
                Flush();
                if (CharsetNames.Find("cp" + (number ?? 1252).ToString(CultureInfo.InvariantCulture)) is { } encoding)
                    _decoder = encoding.GetDecoder();
                return;
            case "uc":
                _unicodeSkip = Math.Clamp(number ?? 1, 0, 8);
                return;
            case "u" when number is not null:
                Flush();
                Put(((char)(ushort)number.Value).ToString());
                _toSkip = _unicodeSkip;
                return;
            case "par" or "line" or "row":
                Put("\n");
                return;
            case "tab" or "cell":
                Put("\t");
                return;
            case "lquote" or "rquote":
                Put("'");
                return;
            case "ldblquote" or "rdblquote":
                Put("\"");
                return;
            case "bullet":
                Put("•");
                return;
            case "endash" or "emdash":
                Put(word == "endash" ? "–" : "—");
                return;
            case "fonttbl" or "colortbl" or "stylesheet" or "info" or "pict" or "object" or "header" or "footer" or "generator"
                or "mhtmltag":
                _ignored = true;
                return;
        }
        if (star)
            _ignored = true;
    }

    private bool IsShown => !_ignored && !_htmlRtf;

    private void Octet(byte octet)
    {
        if (_toSkip > 0)
        {
            _toSkip--;
            return;
        }
        if (!IsShown)
            return;
        if (_count == RunLength)
            Decode(isLast: false);
        _octets[_count++] = octet;
    }

    private void Put(string text)
    {
        Flush();
        if (IsShown)
            _text.Append(text);
    }

    private void Flush()
    {
        if (_count > 0)
            Decode(isLast: true);
    }

    /// <param name="isLast">False where a character may continue in the next run.</param>
    private void Decode(bool isLast)
    {
        Span<char> characters = stackalloc char[RunLength + 16];
        _text.Append(characters[.._decoder.GetChars(_octets.AsSpan(0, _count), characters, isLast)]);
        _count = 0;
    }
}
