using System.Buffers;
using System.Text;
using InboundBridge.Mime.Headers;

namespace InboundBridge.Mime.Addresses;

/// <summary>
/// Parses address lists (RFC 5322 §3.4, §4.4) as found in mail: groups flattened, comments dropped (a comment after a
/// bare address is its name), quotes, comments and lists that are never closed, stray or missing angle brackets,
/// commas in names without quotes. One pass over the text.
/// </summary>
internal ref struct AddressListParser(string text, int most, ProblemList? problems)
{
    private const int LongestLiteral = 256;

    private static readonly SearchValues<char> WordEnds = SearchValues.Create("\"(<,;:[");
    private static readonly SearchValues<char> TagEnds = SearchValues.Create("]<,;@\"");

    private readonly string _text = text;
    private readonly FoundMailboxes _found = new(most);
    private StringBuilder? _phrase;
    private StringBuilder? _comment;
    private string? _angle;
    private string? _quotedOnly;
    private bool _phraseHasAt;
    private bool _phraseHasText;
    private bool _quotesNeverClose;
    private bool _commentsNeverClose;
    private int _position;

    public static IReadOnlyList<MailboxAddress> Parse(string? text, int most, ProblemList? problems = null)
    {
        if (string.IsNullOrWhiteSpace(text))
            return [];
        return new AddressListParser(text, most, problems).Run();
    }

    private IReadOnlyList<MailboxAddress> Run()
    {
        while (_position < _text.Length)
        {
            if (_found.IsFull)
            {
                problems?.Add($"more than {most} addresses in one field; the rest was not read");
                return _found.Finish();
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
        return _found.Finish();
    }

    private readonly string Comment => _comment?.ToString() ?? "";

    /// <summary>"undisclosed-recipients:", but not "user@[IPv6:::1]" and not "mailto:user@…".</summary>
    private readonly bool IsGroupName() => _angle is null && !_phraseHasAt;

    private void ReadWord()
    {
        var rest = _text.AsSpan(_position);
        // RFC 5321 §4.1.3: a literal follows "@"; a bracket elsewhere is decoration.
        var isLiteral = rest[0] == '[' && _phrase is { Length: > 0 } && _phrase[^1] == '@';
        if (rest[0] == '[' && !isLiteral)
        {
            if (_angle is null && IsTag(rest))
                Append("[");
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

    /// <summary>"[Desk] Al &lt;al@example.com&gt;": the brackets are part of the name.</summary>
    private static bool IsTag(ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAny(TagEnds);
        return end > 1 && rest[end] == ']' && rest[end..].Contains('<');
    }

    private void ReadQuoted()
    {
        var length = _quotesNeverClose ? -1 : QuotedText.Length(_text.AsSpan(_position));
        _quotesNeverClose |= length < 0;
        if (length < 0 || QuotedText.IsStray(_text.AsSpan(_position), length))
        {
            // A stray quote does not quote what follows it.
            _position++;
            return;
        }
        var quoted = _text.Substring(_position, length);
        _position += length;
        if (_angle is not null)
            return;
        if (_position < _text.Length && _text[_position] == '@')
        {
            Append(quoted);
            return;
        }
        var value = QuotedText.Unescape(quoted.AsSpan(1, length - 2));
        _quotedOnly = _phraseHasText ? null : value;
        Append(value);
    }

    private void Append(ReadOnlySpan<char> piece)
    {
        _phrase ??= new StringBuilder();
        _phrase.Append(piece);
        _phraseHasAt |= piece.Contains('@');
        _phraseHasText |= !piece.Trim().IsEmpty;
    }

    private void ReadComment()
    {
        var length = _commentsNeverClose ? -1 : CommentText.ClosedLength(_text.AsSpan(_position));
        if (length < 0)
        {
            // The comment is never closed, so an address may follow the parenthesis.
            _commentsNeverClose = true;
            _position++;
            return;
        }
        _comment ??= new StringBuilder();
        if (_comment.Length > 0)
            _comment.Append(' ');
        _comment.Append(_text.AsSpan(_position + 1, length - 2));
        _position += length;
    }

    private void ReadAngle()
    {
        var rest = _text.AsSpan(_position + 1);
        var end = AngleEnd(rest, out var isOpen);
        if (LastOpen(rest[..end]) is >= 0 and var inner)
        {
            // "Kim <3 <kim@example.com>": the last opening bracket begins the address.
            if (!rest[..inner].Trim(" \t<").IsEmpty && _angle is null)
                Append(_text.AsSpan(_position, inner + 1));
            _position += inner + 1;
            return;
        }
        _position += 1 + end + (end < rest.Length && rest[end] == '>' ? 1 : 0);
        var content = rest[..end].ToString();
        var (name, address) = BareMailbox.HasWords(content) ? BareMailbox.Read(content) : ("", AddressText.Clean(content));
        if (name.Length > 0 && !_phraseHasText)
            Append(name);
        if (_angle is null || (_angle.Length == 0 && address.Length > 0))
            _angle = address;
        else if (!_angle.Contains('@', StringComparison.Ordinal) && address.Contains('@', StringComparison.Ordinal))
        {
            // "<Al> <al@example.com>": the first pair holds the name.
            if (!_phraseHasText)
                Append(_angle);
            _angle = address;
        }
        else if (address.Contains('@', StringComparison.Ordinal) && address != _angle)
        {
            // "<a@example.com> <b@example.com>" without a comma between
            EndMailbox();
            _angle = address;
        }
        if (isOpen)
            EndMailbox();
    }

    /// <summary>The last opening bracket before the first "@"; -1 where there is none.</summary>
    private static int LastOpen(ReadOnlySpan<char> content)
    {
        var at = content.IndexOf('@');
        return at < 0 || content[..at].Contains('"') ? -1 : content[..at].LastIndexOf('<');
    }

    /// <param name="rest">The text after the opening bracket.</param>
    /// <param name="isOpen">No bracket closes it before the next mailbox begins.</param>
    private static int AngleEnd(ReadOnlySpan<char> rest, out bool isOpen)
    {
        isOpen = false;
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
            else if (!quoted && rest[index] is ',' or ';' && hasAt && rest[0] != '@')
                return index;
            else if (!quoted && rest[index] == '<' && hasAt)
            {
                isOpen = true;
                return index;
            }
            else if (rest[index] == '@')
                hasAt = true;
        }
        var close = rest.IndexOf('>');
        return close < 0 ? rest.Length : close;
    }

    private void EndMailbox()
    {
        var phrase = _phrase?.ToString().Trim() ?? "";
        if (_angle is not null && (_angle.Contains('@', StringComparison.Ordinal) || !_phraseHasAt))
            _found.Add(phrase.Length > 0 && phrase != "]" ? phrase : Comment, _angle);
        else if (_quotedOnly is not null && _quotedOnly.Contains('@', StringComparison.Ordinal))
            _found.Add("", AddressText.Clean(_quotedOnly));
        else if (_phraseHasAt)
            AddBare(phrase);
        else if (phrase.Length > 0 && Comment.Contains('@', StringComparison.Ordinal))
            _found.Add(phrase, AddressText.Clean(BareMailbox.Read(Comment).Address));
        else if (phrase.Length > 0)
            _found.AddName(phrase);
        Forget();
    }

    private readonly void AddBare(string phrase)
    {
        var (name, address) = BareMailbox.Read(phrase);
        _found.Add(name.Length > 0 ? name : Comment, address);
    }

    private void Forget()
    {
        _phrase?.Clear();
        _comment?.Clear();
        _angle = null;
        _quotedOnly = null;
        _phraseHasAt = _phraseHasText = false;
    }
}
