using System.Text;

namespace InboundBridge.Mime.Calendar;

/// <summary>One unfolded content line (RFC 5545 §3.1).</summary>
internal sealed record CalendarLine(string Name, IReadOnlyDictionary<string, string> Parameters, string Value)
{
    private const int MostLines = 20_000;
    private const int MostParameters = 50;

    public static IEnumerable<CalendarLine> All(string text) => Unfold(text).Take(MostLines).Select(Parse).OfType<CalendarLine>();

    /// <summary>The text value, unescaped (RFC 5545 §3.3.11).</summary>
    public string Text
    {
        get
        {
            if (!Value.Contains('\\', StringComparison.Ordinal))
                return Value;
            var result = new StringBuilder(Value.Length);
            for (var index = 0; index < Value.Length; index++)
            {
                if (Value[index] != '\\' || index + 1 == Value.Length)
                    result.Append(Value[index]);
                else
                    result.Append(Value[++index] is 'n' or 'N' ? '\n' : Value[index]);
            }
            return result.ToString();
        }
    }

    private static IEnumerable<string> Unfold(string text)
    {
        var current = new StringBuilder();
        foreach (var line in text.Split('\n'))
        {
            var content = line.TrimEnd('\r');
            if (content.Length > 0 && content[0] is ' ' or '\t')
            {
                current.Append(content.AsSpan(1));
                continue;
            }
            if (current.Length > 0)
                yield return current.ToString();
            current.Clear().Append(content);
        }
        if (current.Length > 0)
            yield return current.ToString();
    }

    private static CalendarLine? Parse(string line)
    {
        var end = line.AsSpan().IndexOfAny(':', ';');
        if (end <= 0)
            return null;
        var name = line[..end].Trim().ToUpperInvariant();
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        var position = end;
        while (position < line.Length && line[position] == ';')
        {
            var next = EndOfParameter(line, position + 1);
            var parameter = line[(position + 1)..next];
            var equals = parameter.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && parameters.Count < MostParameters)
                parameters.TryAdd(
                    parameter[..equals].Trim().ToUpperInvariant(), parameter[(equals + 1)..].Replace("\"", "", StringComparison.Ordinal));
            position = next;
        }
        return new CalendarLine(name, parameters, position < line.Length ? line[(position + 1)..] : "");
    }

    private static int EndOfParameter(string line, int position)
    {
        var quoted = false;
        for (; position < line.Length; position++)
        {
            if (line[position] == '"')
                quoted = !quoted;
            else if (!quoted && line[position] is ';' or ':')
                break;
        }
        return position;
    }
}
