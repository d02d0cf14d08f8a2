using System.Text;
using InboundBridge.Importing.Reading;
using InboundBridge.Yaml;

namespace InboundBridge.Importing.Providers.Mailgun;

/// <summary>Reads the words of a route's expression or action, which are written as calls in Python.</summary>
/// <param name="source">With its place in the file.</param>
/// <param name="what">For messages: <c>the expression</c>, <c>the action</c>.</param>
internal sealed class MailgunTokens(YamlScalar source, string what)
{
    private int _at;

    private string Text => source.Value;

    public bool IsAtEnd
    {
        get
        {
            SkipBlanks();
            return _at >= Text.Length;
        }
    }

    public char Next => IsAtEnd ? '\0' : Text[_at];

    /// <summary>Takes a character if it stands here.</summary>
    public bool Take(char letter)
    {
        if (Next != letter)
            return false;
        _at++;
        return true;
    }

    public void Need(char letter)
    {
        if (!Take(letter))
            throw Fault($"'{letter}' is expected");
    }

    /// <summary>Letters and underscores; empty where there are none.</summary>
    public string Word()
    {
        SkipBlanks();
        var from = _at;
        while (_at < Text.Length && (char.IsAsciiLetterOrDigit(Text[_at]) || Text[_at] == '_'))
            _at++;
        return Text[from.._at];
    }

    /// <summary>Takes a word if it stands here, in any case.</summary>
    public bool TakeWord(string word)
    {
        var from = _at;
        if (Word().Equals(word, StringComparison.OrdinalIgnoreCase))
            return true;
        _at = from;
        return false;
    }

    /// <summary>
    /// A text in single or double quotes. A backslash before the quote or another backslash takes it literally; before anything else it
    /// stays, because it belongs to a regular expression or names a capture.
    /// </summary>
    public string Quoted()
    {
        _ = Take('r') || Take('u');
        var quote = Next;
        if (quote is not ('"' or '\''))
            throw Fault("a text in quotes is expected");
        var text = new StringBuilder();
        for (_at++; _at < Text.Length; _at++)
        {
            var letter = Text[_at];
            if (letter == quote)
            {
                _at++;
                return text.ToString();
            }
            if (letter == '\\' && _at + 1 < Text.Length)
            {
                if (Text[++_at] != quote)
                    text.Append('\\');
                letter = Text[_at];
            }
            text.Append(letter);
        }
        throw Fault("a quote is not closed");
    }

    /// <summary>Ends the reading with a message that names the place within the text.</summary>
    public ExportFault Fault(string problem) =>
        new(source.Position, $"{what} can't be read at its character {Math.Min(_at, Text.Length) + 1}: {problem}: {TextShown.Of(Text)}");

    private void SkipBlanks()
    {
        while (_at < Text.Length && char.IsWhiteSpace(Text[_at]))
            _at++;
    }
}
