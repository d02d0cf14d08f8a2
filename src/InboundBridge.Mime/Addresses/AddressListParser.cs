using System.Buffers;
using System.Text;
using InboundBridge.Mime.Headers;

namespace InboundBridge.Mime.Addresses;

/// <summary>
/// Address lists (RFC 5322 §3.4, §4.4) as mail writes them: groups flattened, comments dropped (one behind a bare address is its name), quotes that are never closed,
/// angle brackets that are missing. One pass over the text.
/// </summary>
internal ref struct AddressListParser(string text, int most, ProblemList? problems)
{
    private const int LongestLiteral = 256;

    private static readonly SearchValues<char> WordEnds = SearchValues.Create("\"(<,;:[");

    private readonly string _text = text;
    private readonly List<MailboxAddress> _found = [];
    private StringBuilder? _phrase;
    private StringBuilder? _comment;
    private string? _angle;
    private string? _quotedOnly;
    private bool _phraseHasAt;
    private bool _phraseHasInk;
    private int _position;

    public static IReadOnlyList<MailboxAddress> Parse(string? text, int most, ProblemList? problems = null)
    {
        if (string.IsNullOrWhiteSpace(text))
            return [];
        return new AddressListParser(text, most, problems).Run();
    }

    private List<MailboxAddress> Run()
    {
        while (_position < _text.Length)
        {
            if (_found.Count >= most)
            {
                problems?.Add($"more than {most} addresses in one field; the rest was not read");
                return _found;
            }
            var character = _text[_position];
            switch (character)
            {
                case '"':
                    ReadQuoted();
                    break;
                case '(':
                    ReadComment();
                    break;
                case '<':
                    ReadAngle();
                    break;
                case ',' or ';':
                    _position++;
                    EndMailbox();
                    break;
                case ':' when IsGroupName():
                    _position++;
                    Forget();
                    break;
                default:
                    ReadWord();
                    break;
            }
        }
        EndMailbox();
        return _found;
    }

    private readonly string CommentOrNothing => _comment?.ToString() ?? "";

    /// <summary>"undisclosed-recipients:", but not "user@[IPv6:::1]" and not "mailto:user@…".</summary>
    private readonly bool IsGroupName() => _angle is null && !_phraseHasAt;

    private void ReadWord()
    {
        var rest = _text.AsSpan(_position);
        // RFC 5321 §4.1.3: a literal stands behind "@"; elsewhere a bracket is somebody's decoration.
        var isLiteral = rest[0] == '[' && _phrase is { Length: > 0 } && _phrase[^1] == '@';
        if (rest[0] == '[' && !isLiteral)
        {
            _position++;
            return;
        }
        var length = isLiteral ? rest[..Math.Min(rest.Length, LongestLiteral)].IndexOf(']') + 1 : rest.IndexOfAny(WordEnds);
        if (rest[0] is ':' or '[' && length <= 0)
            length = 1;
        if (length < 0)
            length = rest.Length;
        if (length == 0)
            length = 1;
        if (_angle is null)
            Append(rest[..length]);
        _position += length;
        _quotedOnly = null;
    }

    private void ReadQuoted()
    {
        var end = _position + 1;
        var value = new StringBuilder();
        while (end < _text.Length && _text[end] != '"')
        {
            if (_text[end] == '\\' && end + 1 < _text.Length)
                end++;
            value.Append(_text[end++]);
        }
        var quoted = _text[_position..Math.Min(end + 1, _text.Length)];
        _position = Math.Min(end + 1, _text.Length);
        if (_angle is not null)
            return;
        var isLocalPart = _position < _text.Length && _text[_position] == '@';
        if (isLocalPart)
        {
            Append(quoted);
            return;
        }
        _quotedOnly = _phraseHasInk ? null : value.ToString();
        Append(value.ToString());
    }

    private void Append(ReadOnlySpan<char> piece)
    {
        _phrase ??= new StringBuilder();
        _phrase.Append(piece);
        _phraseHasAt |= piece.Contains('@');
        _phraseHasInk |= !piece.Trim().IsEmpty;
    }

    private void ReadComment()
    {
        var length = CommentText.Length(_text.AsSpan(_position));
        var inner = _text.AsSpan(_position + 1, Math.Max(0, length - (_text[_position + length - 1] == ')' && length > 1 ? 2 : 1)));
        _comment ??= new StringBuilder();
        if (_comment.Length > 0)
            _comment.Append(' ');
        _comment.Append(inner);
        _position += length;
    }

    private void ReadAngle()
    {
        var rest = _text.AsSpan(_position + 1);
        var end = AngleEnd(rest);
        var content = rest[..end].ToString();
        _position += 1 + end + (end < rest.Length && rest[end] == '>' ? 1 : 0);
        var address = AddressText.Clean(content);
        if (_angle is null || (_angle.Length == 0 && address.Length > 0))
            _angle = address;
        else if (address.Contains('@', StringComparison.Ordinal))
        {
            // "<a@example.com> <b@example.com>" without a comma between
            EndMailbox();
            _angle = address;
        }
    }

    private static int AngleEnd(ReadOnlySpan<char> rest)
    {
        var quoted = false;
        var hasAt = false;
        for (var index = 0; index < rest.Length; index++)
        {
            if (rest[index] == '\\')
                index++;
            else if (rest[index] == '"')
                quoted = !quoted;
            else if (!quoted && rest[index] == '>')
                return index;
            else if (!quoted && rest[index] == ',' && hasAt && rest[0] != '@')
                return index;
            else if (rest[index] == '@')
                hasAt = true;
        }
        var close = rest.IndexOf('>');
        return close < 0 ? rest.Length : close;
    }

    private void EndMailbox()
    {
        var phrase = _phrase?.ToString().Trim() ?? "";
        if (_angle is not null)
            Add(phrase.Length > 0 && phrase != "]" ? phrase : CommentOrNothing, _angle);
        else if (phrase.Length > 0)
            AddBare(phrase);
        Forget();
    }

    /// <summary>An address without angle brackets, perhaps with words around it.</summary>
    private readonly void AddBare(string phrase)
    {
        if (phrase.Contains('@', StringComparison.Ordinal))
        {
            var local = phrase.StartsWith('"') ? phrase.LastIndexOf('"') : 0;
            var words = local > 0 ? [phrase] : phrase.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            var holder = Array.FindIndex(words, word => word.Contains('@', StringComparison.Ordinal) && word.Length > 1);
            // "user @ example.com": RFC 5322 §4.4 allows white space between the atoms.
            if (words.Length > 1 && (holder < 0 || words[holder].StartsWith('@') || words[holder].EndsWith('@') || words.All(IsAtomRun)))
            {
                Add(CommentOrNothing, AddressText.Clean(string.Concat(words)));
                return;
            }
            if (holder >= 0)
            {
                var name = string.Join(' ', words.Where((_, index) => index != holder));
                Add(name.Length > 0 ? name : CommentOrNothing, AddressText.Clean(words[holder]));
                return;
            }
        }
        if (_quotedOnly is not null && _quotedOnly.Contains('@', StringComparison.Ordinal))
            Add("", AddressText.Clean(_quotedOnly));
        else
            Add(phrase, "");
    }

    private static bool IsAtomRun(string word) => word is "." or "@" || word.StartsWith('.') || word.EndsWith('.') || word.Contains('@', StringComparison.Ordinal);

    private readonly void Add(string name, string address)
    {
        var decoded = EncodedWords.Decode(name.Trim(' ', '\t', '\'')).Trim();
        if (address.Length == 0 && decoded.Contains('@', StringComparison.Ordinal) && decoded != name)
        {
            // The whole mailbox was put into an encoded word.
            _found.AddRange(Parse(decoded.Replace("=?", "", StringComparison.Ordinal), 1));
            return;
        }
        _found.Add(new MailboxAddress(decoded, address));
    }

    private void Forget()
    {
        _phrase?.Clear();
        _comment?.Clear();
        _angle = null;
        _quotedOnly = null;
        _phraseHasAt = _phraseHasInk = false;
    }
}
