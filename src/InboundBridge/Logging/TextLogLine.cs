using System.Buffers;
using System.Globalization;
using System.Text;

namespace InboundBridge.Logging;

/// <summary>
/// <c>2026-01-02T03:04:05.678Z info  message_received id=… size=…</c>: for people, and for whatever reads logfmt. The message's words follow as
/// <c>msg="…"</c> where there are no fields, and from warnings on. Nothing that came from outside can break the line or steer a terminal.
/// </summary>
internal sealed class TextLogLine : ILogLineFormat
{
    [ThreadStatic]
    private static StringBuilder? _line;

    public void Write(in LogEvent logEvent, IBufferWriter<byte> output)
    {
        var line = _line ??= new StringBuilder(256);
        line.Clear();
        line.Append(CultureInfo.InvariantCulture, $"{logEvent.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {logEvent.LevelName,-5} ");
        AppendEscaped(line, logEvent.ShownName);
        var hasFields = false;
        for (var index = 0; index < (logEvent.Fields?.Count ?? 0); index++)
        {
            var (name, value) = logEvent.Fields![index];
            if (name == LogEvent.Template)
                continue;
            hasFields = true;
            Append(line, FieldName.Of(name), FieldValue.Of(value));
        }
        if ((!hasFields || logEvent.Level >= LogLevel.Warning) && logEvent.Message != logEvent.ShownName)
            Append(line, "msg", FieldValue.Cut(logEvent.Message));
        if (logEvent.Exception is { } exception)
            Append(line, "exception", exception.ToString());
        line.Append('\n');
        foreach (var chunk in line.GetChunks())
            Encoding.UTF8.GetBytes(chunk.Span, output);
        if (line.Capacity > 64 * 1024)
            _line = null;
    }

    private static void Append(StringBuilder line, string name, string value)
    {
        line.Append(' ').Append(name).Append('=');
        if (value.Length > 0 && !NeedsQuotes(value))
        {
            line.Append(value);
            return;
        }
        line.Append('"');
        AppendEscaped(line, value);
        line.Append('"');
    }

    private static bool NeedsQuotes(string value)
    {
        foreach (var letter in value)
            if (letter is ' ' or '"' or '=' or '\\' || IsControl(letter))
                return true;
        return false;
    }

    private static void AppendEscaped(StringBuilder line, string value)
    {
        foreach (var letter in value)
            if (letter == '\n')
                line.Append("\\n");
            else if (letter == '\r')
                line.Append("\\r");
            else if (letter is '"' or '\\')
                line.Append('\\').Append(letter);
            else if (IsControl(letter))
                line.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
            else
                line.Append(letter);
    }

    /// <summary>Control characters, line and paragraph separators, and those that turn the direction of text.</summary>
    private static bool IsControl(char letter) =>
        char.IsControl(letter) || letter is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
