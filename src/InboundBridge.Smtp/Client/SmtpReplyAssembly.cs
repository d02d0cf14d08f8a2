using System.Text;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Client;

/// <summary>
/// Joins the lines of one reply (RFC 5321 §4.2). A missing enhanced code or text is tolerated; every other deviation is a violation.
/// </summary>
internal sealed class SmtpReplyAssembly(SmtpReplyLimits limits)
{
    private const int CodeLength = 3;

    private readonly StringBuilder _more = new();
    private string? _first;
    private int _code;
    private int _lines;
    private int _octets;
    private EnhancedStatusCode? _enhanced;

    /// <summary>What the server did wrong; null when nothing.</summary>
    public string? Violation { get; private set; }

    /// <summary>Adds one line without its line end; true when the reply is complete or a violation.</summary>
    public bool Add(ReadOnlySpan<byte> line)
    {
        _octets += line.Length;
        if (++_lines > limits.Lines || _octets > limits.Reply)
            return Broken("an endless reply");
        if (line.Length < CodeLength || !TryCode(line, out var code))
            return Broken($"\"{Printable(line[..Math.Min(line.Length, 60)])}\" is no reply");
        if (line.Length > CodeLength && line[CodeLength] is not ((byte)' ' or (byte)'-'))
            return Broken($"\"{Printable(line[..Math.Min(line.Length, 60)])}\" is no reply");
        // When codes differ between lines, we can't know which one is meant.
        if (_lines > 1 && code != _code)
            return Broken($"a reply with the codes {_code} and {code}");
        _code = code;
        AddText(line.Length > CodeLength ? line[(CodeLength + 1)..] : []);
        return line.Length == CodeLength || line[CodeLength] == (byte)' ';
    }

    public SmtpReply ToReply() => new(_code, _enhanced, _more.Length == 0 ? _first! : _more.ToString()) { Closes = _code == 421 };

    private void AddText(ReadOnlySpan<byte> octets)
    {
        var text = Printable(octets);
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        if (EnhancedStatusCode.TryParse(space < 0 ? text : text.AsSpan(0, space), out var enhanced) && enhanced.Class == _code / 100)
        {
            _enhanced ??= enhanced;
            text = space < 0 ? "" : text[(space + 1)..];
        }
        if (_first is null)
        {
            _first = text;
            return;
        }
        if (_more.Length == 0)
            _more.Append(_first);
        _more.Append('\n').Append(text);
    }

    private bool Broken(string why)
    {
        Violation = why;
        return true;
    }

    private static bool TryCode(ReadOnlySpan<byte> line, out int code)
    {
        code = 0;
        for (var index = 0; index < CodeLength; index++)
        {
            if (!char.IsAsciiDigit((char)line[index]))
                return false;
            code = (code * 10) + line[index] - '0';
        }
        return code is >= 200 and <= 599;
    }

    /// <summary>
    /// The text gets into logs and the API, so control characters, escape sequences and bidirectional controls are replaced.
    /// </summary>
    private static string Printable(ReadOnlySpan<byte> octets) => PeerText.Clean(Encoding.UTF8.GetString(octets));
}
