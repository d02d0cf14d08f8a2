using System.Text;

namespace InboundBridge.MailFlow.SenderAuthentication.ResultsField;

/// <summary>
/// A header field under construction. It is folded between its words; a word that is longer than a line stays whole. The caller encodes
/// the words (<see cref="ResultsValue"/>).
/// </summary>
internal sealed class FoldedField
{
    /// <summary>RFC 5322 §2.1.1.</summary>
    private const int LineLength = 78;

    /// <summary>Characters of a reason, so that it fits on a line.</summary>
    private const int ReasonLength = 60;

    private const string Fold = "\r\n\t";

    /// <summary>What the tab at the beginning of a line counts for.</summary>
    private const int TabWidth = 8;

    private readonly StringBuilder _text = new(512);
    private int _column;
    private bool _hasResults;

    public FoldedField(string name, string authservId)
    {
        _text.Append(name).Append(": ").Append(authservId);
        _column = _text.Length;
    }

    /// <summary>Begins the result of a method, on a line of its own.</summary>
    public void Result(string method, string result, string? reason)
    {
        _hasResults = true;
        _text.Append(';').Append(Fold).Append(method).Append('=').Append(result);
        _column = TabWidth + method.Length + 1 + result.Length;
        if (!string.IsNullOrEmpty(reason))
            Property("reason", ResultsValue.Quote(reason, ReasonLength));
    }

    public void Property(string name, string value)
    {
        var length = name.Length + 1 + value.Length;
        // One column is left for the semicolon after it.
        if (_column + 1 + length + 1 > LineLength)
        {
            _text.Append(Fold);
            _column = TabWidth;
        }
        else
        {
            _text.Append(' ');
            _column++;
        }
        _text.Append(name).Append('=').Append(value);
        _column += length;
    }

    public string End()
    {
        if (!_hasResults)
            _text.Append("; none");
        return _text.Append("\r\n").ToString();
    }
}
