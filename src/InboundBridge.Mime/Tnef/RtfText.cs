using System.Globalization;
using System.Text;
using InboundBridge.Mime.Charsets;

namespace InboundBridge.Mime.Tnef;

/// <summary>Text of RTF, and the HTML that Outlook hides in it (MS-OXRTFEX, <c>\fromhtml1</c>). Tables of fonts, colours and styles are passed over.</summary>
internal sealed class RtfText(byte[] rtf)
{
    private const int DeepestGroup = 200;

    private readonly StringBuilder _text = new();
    private readonly List<byte> _octets = [];
    private readonly Stack<(bool Ignored, bool HtmlRtf, int UnicodeSkip)> _groups = new();
    private Encoding _encoding = CharsetNames.Windows1252;
    private bool _ignored;
    private bool _htmlRtf;
    private bool _fromHtml;
    private bool _star;
    private int _unicodeSkip = 1;
    private int _toSkip;
    private int _position;

    public static void Read(byte[] rtf, TnefContent message)
    {
        var reader = new RtfText(rtf);
        var text = reader.Run();
        if (text.Length == 0)
            return;
        if (reader._fromHtml)
            message.Html ??= text;
        else
            message.Text ??= text;
    }

    private string Run()
    {
        while (_position < rtf.Length)
        {
            var octet = rtf[_position++];
            switch (octet)
            {
                case (byte)'{':
                    Flush();
                    if (_groups.Count < DeepestGroup)
                        _groups.Push((_ignored, _htmlRtf, _unicodeSkip));
                    _star = false;
                    break;
                case (byte)'}':
                    Flush();
                    if (_groups.TryPop(out var group))
                        (_ignored, _htmlRtf, _unicodeSkip) = group;
                    break;
                case (byte)'\\':
                    Control();
                    break;
                case (byte)'\r' or (byte)'\n' or 0:
                    break;
                default:
                    Octet(octet);
                    break;
            }
        }
        Flush();
        return _text.ToString().Trim();
    }

    private void Control()
    {
        if (_position >= rtf.Length)
            return;
        var symbol = (char)rtf[_position];
        if (!char.IsAsciiLetter(symbol))
        {
            _position++;
            Symbol(symbol);
            return;
        }
        var start = _position;
        while (_position < rtf.Length && _position - start < 32 && char.IsAsciiLetter((char)rtf[_position]))
            _position++;
        var word = Encoding.ASCII.GetString(rtf, start, _position - start);
        var number = Number();
        if (_position < rtf.Length && rtf[_position] == ' ')
            _position++;
        Word(word, number);
    }

    private int? Number()
    {
        var start = _position;
        if (_position < rtf.Length && rtf[_position] == '-')
            _position++;
        while (_position < rtf.Length && _position - start < 11 && char.IsAsciiDigit((char)rtf[_position]))
            _position++;
        var digits = Encoding.ASCII.GetString(rtf, start, _position - start);
        return int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private void Symbol(char symbol)
    {
        switch (symbol)
        {
            case '\'' when _position + 1 < rtf.Length:
                var high = Encodings.WordEncodings.Hex((char)rtf[_position]);
                var low = Encodings.WordEncodings.Hex((char)rtf[_position + 1]);
                _position += 2;
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
                _encoding = CharsetNames.Find("cp" + (number ?? 1252).ToString(CultureInfo.InvariantCulture)) ?? _encoding;
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
            case "fonttbl" or "colortbl" or "stylesheet" or "info" or "pict" or "object" or "header" or "footer" or "generator" or "mhtmltag":
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
            _toSkip--;
        else if (IsShown)
            _octets.Add(octet);
    }

    private void Put(string text)
    {
        Flush();
        if (IsShown)
            _text.Append(text);
    }

    private void Flush()
    {
        if (_octets.Count == 0)
            return;
        _text.Append(_encoding.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_octets)));
        _octets.Clear();
    }
}
