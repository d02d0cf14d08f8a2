using System.Text;
using System.Text.Unicode;

namespace InboundBridge.MailFlow.Reception.Authors;

/// <summary>
/// Reads the addresses of a From field by the book (RFC 5322 §3.4, groups by RFC 6854), with those liberties that every program reads
/// alike: a name with a comma, a colon or dots but without quotes, and a semicolon between addresses. Everything else that is written
/// against the rules makes the author unknown.
/// </summary>
internal ref struct AuthorAddresses
{
    /// <summary>Different domains that are told apart. DMARC checks fewer, and then says so.</summary>
    public const int MostDomains = 32;

    private const string Unreadable = "From has an address that programs read differently";

    /// <summary>RFC 5322 §3.2.3, without the dot, the at sign and square brackets, which stand inside of addresses and names.</summary>
    private const string Specials = "()<>,;:\"\\";

    private readonly ReadOnlySpan<char> _text;
    private readonly bool _isUtf8;
    private readonly List<string> _domains = new(1);
    private int _at;
    private string? _problem;

    /// <summary>A piece without an address: the beginning of a name with a comma, if a name with an address follows.</summary>
    private bool _hasLooseName;

    private AuthorAddresses(ReadOnlySpan<char> text, bool isUtf8)
    {
        _text = text;
        _isUtf8 = isUtf8;
    }

    /// <param name="value">What follows the colon, with its line ends.</param>
    public static MailAuthors Read(ReadOnlySpan<byte> value)
    {
        var isUtf8 = Utf8.IsValid(value);
        var text = new char[value.Length];
        var length = isUtf8 ? Encoding.UTF8.GetChars(value, text) : Encoding.Latin1.GetChars(value, text);
        foreach (ref var character in text.AsSpan(0, length))
        {
            // The finder leaves only line ends that a blank follows, and the last one.
            if (character is '\r' or '\n')
                character = ' ';
            else if (IsControl(character, isUtf8))
                return new MailAuthors([], "From has a control character");
        }
        var reader = new AuthorAddresses(text.AsSpan(0, length), isUtf8);
        reader.Run();
        return reader._problem is null ? new MailAuthors(reader._domains, null) : new MailAuthors([], reader._problem);
    }

    /// <summary>
    /// Raw octets from 128 to 159 are C1 control characters in Latin-1 only: in the charsets that names are really in, they are letters.
    /// </summary>
    private static bool IsControl(char character, bool isUtf8) =>
        character is < ' ' and not '\t' or '\u007f' || (isUtf8 && char.IsControl(character) && character != '\t');

    private void Run()
    {
        var isGroup = false;
        var isEmpty = true;
        while (_problem is null && SkipBlanks())
        {
            isEmpty = false;
            switch (_text[_at])
            {
                case ',' or ';':
                    _at++;
                    break;
                default:
                    isGroup |= Entry();
                    break;
            }
        }
        if (_hasLooseName)
            Fail("From has a name without an address");
        // RFC 6854: a group without members is nobody, as in "undisclosed:;".
        if (isEmpty || (_domains.Count == 0 && !isGroup))
            _problem ??= "From names nobody";
    }

    private void Fail(string problem = Unreadable) => _problem ??= problem;

    /// <summary>Up to the separator behind it. True where it was the name of a group, with its colon.</summary>
    private bool Entry()
    {
        var start = _at;
        var words = 0;
        var hasAngle = false;
        ReadOnlySpan<char> first = default;
        var isFirstAddress = false;
        for (; _problem is null && SkipBlanks() && _text[_at] is not (',' or ';'); words++)
        {
            if (_text[_at] == ':' && words > 0 && !hasAngle)
            {
                var name = _text[start.._at++];
                if (name.Contains('@') || HoldsEncodedWord(name))
                    Fail();
                return true;
            }
            if (_text[_at] == '<' && !hasAngle)
            {
                Angle(words, first);
                (hasAngle, _hasLooseName) = (true, false);
                continue;
            }
            var word = Word();
            if (words == 0)
            {
                first = word;
                isFirstAddress = Find(word) >= 0;
            }
            else if (hasAngle || isFirstAddress || Find(word) >= 0)
            {
                Fail();
            }
        }
        if (_problem is null && !hasAngle)
            Bare(words, first, _text[start.._at]);
        return false;
    }

    /// <summary>No angle brackets: an address, or part of a name.</summary>
    private void Bare(int words, ReadOnlySpan<char> first, ReadOnlySpan<char> whole)
    {
        if (words == 1 && Find(first) >= 0)
            Add(first);
        else if (HoldsEncodedWord(whole) || whole.ContainsAny("@\"("))
            Fail();
        else
            _hasLooseName = true;
    }

    private void Angle(int words, ReadOnlySpan<char> first)
    {
        var length = _text[_at..].IndexOf('>');
        if (length < 0)
        {
            Fail();
            return;
        }
        // An address as the name of an address: some programs take the first one.
        if (words == 1 && Find(first) >= 0)
            Add(first);
        Add(_text[(_at + 1)..(_at + length)].Trim(" \t"));
        _at += length + 1;
    }

    /// <summary>An atom with dots, at signs and brackets, or a quoted string with what follows it without a blank.</summary>
    private ReadOnlySpan<char> Word()
    {
        var start = _at;
        if (_text[_at] == '"')
            Quoted();
        var end = _text[_at..].IndexOfAny(Specials + " \t");
        _at = end < 0 ? _text.Length : _at + end;
        var word = _text[start.._at];
        if (word.IsEmpty || (word[0] == '"' && word[^1] != '"' && Find(word) < 0)
            || (_at < _text.Length && _text[_at] is '\\' or '"' or ')' or '>'))
            Fail();
        return word;
    }

    /// <summary>Programs that don't know escapes end the string at the escaped quote.</summary>
    private void Quoted()
    {
        var (start, hasEscapes) = (_at++, false);
        for (; _at < _text.Length && _text[_at] != '"'; _at++)
        {
            if (_text[_at] == '\\')
                (hasEscapes, _at) = (true, _at + 1);
        }
        if (_at >= _text.Length || (hasEscapes && _text[start.._at].ContainsAny("<>@")))
            Fail();
        _at = Math.Min(_at + 1, _text.Length);
    }

    /// <summary>White space and comments. False at the end.</summary>
    private bool SkipBlanks()
    {
        while (_at < _text.Length && _problem is null)
        {
            if (_text[_at] == '(')
                Comment();
            else if (_text[_at] is not (' ' or '\t'))
                return true;
            else
                _at++;
        }
        return false;
    }

    private void Comment()
    {
        var (start, depth) = (_at, 0);
        for (; _at < _text.Length; _at++)
        {
            switch (_text[_at])
            {
                case '(':
                    depth++;
                    break;
                case ')' when --depth == 0:
                    if (_text[start.._at++] is var comment && comment.Contains('@') && comment.ContainsAny(",;"))
                        Fail();
                    return;
                case '\\' or '<' or '>' or '"':
                    // Programs that don't know comments, or look for the bracket first, find an address in it.
                    Fail();
                    return;
            }
        }
        Fail();
    }

    /// <summary>Of an address's at sign; -1 without one. Inside of a quoted string it is none.</summary>
    private static int Find(ReadOnlySpan<char> word)
    {
        var from = word is ['"', ..] ? word.LastIndexOf('"') : 0;
        var at = word[from..].IndexOf('@');
        return at < 0 ? -1 : from + at;
    }

    private void Add(ReadOnlySpan<char> address)
    {
        var at = Find(address);
        if (at <= 0 || !AuthorAddress.IsLocalPart(address[..at], _isUtf8))
            Fail();
        else if (address[(at + 1)..] is ['[', ..])
            Fail("From names somebody without a domain");
        else if (AuthorAddress.Domain(address[(at + 1)..], _isUtf8) is not { } domain)
            Fail();
        else if (_domains.Count < MostDomains && !_domains.Contains(domain, StringComparer.Ordinal))
            _domains.Add(domain);
    }

    /// <summary>Some programs look for addresses in what an encoded word says (RFC 2047 §5 forbids it there).</summary>
    private static bool HoldsEncodedWord(ReadOnlySpan<char> text)
    {
        var start = text.IndexOf("=?");
        return start >= 0 && text[(start + 2)..].Contains("?=", StringComparison.Ordinal);
    }
}
