using System.Text;

namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>Reads macro-strings (RFC 7208 §7.1). Time and memory are linear in the text.</summary>
internal ref struct SpfMacroParser
{
    private const string Letters = "slodiphv";
    private const string ExplanationLetters = "crt";
    private const string Delimiters = ".-+,/_=";

    /// <summary>More parts than a name or an address can have.</summary>
    private const int MostKept = 1000;

    private readonly ReadOnlySpan<char> _text;
    private readonly bool _explanationLetters;
    private readonly bool _spaces;
    private readonly List<SpfMacroPart> _parts = [];
    private readonly StringBuilder _literal = new();
    private int _at;

    private SpfMacroParser(ReadOnlySpan<char> text, bool explanationLetters, bool spaces)
    {
        _text = text;
        _explanationLetters = explanationLetters;
        _spaces = spaces;
    }

    /// <summary>The value of a modifier that we don't know: its macros must be valid too.</summary>
    public static bool IsMacroText(ReadOnlySpan<char> text) =>
        new SpfMacroParser(text, explanationLetters: true, spaces: false).Read(out _) is not null;

    /// <summary>An explanation as it stands in the DNS (explain-string, RFC 7208 §6.2); null when it is not valid.</summary>
    public static SpfMacroText? Explanation(string text) =>
        new SpfMacroParser(text, explanationLetters: true, spaces: true).Read(out _);

    /// <summary>A domain-spec: it ends in a macro, or in a dot and a top-level label. Null when it is not valid.</summary>
    public static SpfMacroText? DomainSpec(ReadOnlySpan<char> text) =>
        new SpfMacroParser(text, explanationLetters: false, spaces: false).Read(out var tail) is { } parts && IsDomainEnd(text, tail)
            ? parts : null;

    /// <param name="tail">Where the text behind the last macro begins.</param>
    private SpfMacroText? Read(out int tail)
    {
        tail = 0;
        while (_at < _text.Length)
        {
            var c = _text[_at++];
            if (c == '%')
            {
                if (!ReadMacro())
                    return null;
                tail = _at;
            }
            else if (c is > ' ' and < '\x7F' || (c == ' ' && _spaces))
                _literal.Append(c);
            else
                return null;
        }
        EndLiteral();
        return new SpfMacroText(_parts);
    }

    private bool ReadMacro()
    {
        if (_at == _text.Length)
            return false;
        switch (_text[_at++])
        {
            case '%':
                _literal.Append('%');
                return true;
            case '_':
                _literal.Append(' ');
                return true;
            case '-':
                _literal.Append("%20");
                return true;
            case '{':
                return ReadLetter();
            default:
                return false;
        }
    }

    private bool ReadLetter()
    {
        if (_at == _text.Length)
            return false;
        var letter = _text[_at++];
        var lower = char.ToLowerInvariant(letter);
        if (!char.IsAsciiLetter(letter) || (!Letters.Contains(lower) && !(_explanationLetters && ExplanationLetters.Contains(lower))))
            return false;
        var digits = _at;
        var keep = 0;
        for (; _at < _text.Length && char.IsAsciiDigit(_text[_at]); _at++)
            keep = Math.Min(MostKept, (keep * 10) + (_text[_at] - '0'));
        if (_at > digits && keep == 0)
            return false;
        var reverse = _at < _text.Length && _text[_at] is 'r' or 'R';
        if (reverse)
            _at++;
        var from = _at;
        while (_at < _text.Length && Delimiters.Contains(_text[_at]))
            _at++;
        if (_at == _text.Length || _text[_at] != '}')
            return false;
        EndLiteral();
        _parts.Add(new SpfMacroPart.Macro(lower, letter != lower, keep, reverse, _at > from ? _text[from.._at].ToString() : null));
        _at++;
        return true;
    }

    private readonly void EndLiteral()
    {
        if (_literal.Length > 0)
            _parts.Add(new SpfMacroPart.Literal(_literal.ToString()));
        _literal.Clear();
    }

    /// <summary>RFC 7208 §7.1: domain-end and toplabel.</summary>
    private static bool IsDomainEnd(ReadOnlySpan<char> text, int tail)
    {
        if (text.Length == 0)
            return false;
        text = text[tail..];
        if (text.Length == 0)
            return true;
        if (text[^1] == '.')
            text = text[..^1];
        var dot = text.LastIndexOf('.');
        var label = text[(dot + 1)..];
        if (dot < 0 || label.Length == 0 || label[0] == '-' || label[^1] == '-')
            return false;
        var onlyDigits = true;
        foreach (var c in label)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                return false;
            onlyDigits &= char.IsAsciiDigit(c);
        }
        return !onlyDigits;
    }
}
