using System.Buffers;
using System.Globalization;
using System.Text;
using InboundBridge.MailFlow.Delivery;

namespace InboundBridge.Logging;

/// <summary>
/// <c>2026-01-02T03:04:05.678Z info  message_received id=… size=…</c>: for people, and for whatever reads logfmt. The message's words follow as
/// <c>msg="…"</c> where there are no fields, and from warnings on. Nothing that came from outside can break the line or steer a terminal.
/// </summary>
internal sealed class TextLogLine : ILogLineFormat
{
    /// <summary>Quote, backslash, control characters, line and paragraph separators, and those that turn the direction of text.</summary>
    private static readonly string Breaking = string.Concat(
        [.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(char.IsControl), '"', '\\', .. "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"]);

    private static readonly SearchValues<char> Escaped = SearchValues.Create(Breaking);

    private static readonly SearchValues<char> Quoted = SearchValues.Create(Breaking + " =");

    [ThreadStatic]
    private static StringBuilder? _line;

    /// <summary>From warnings on, and where there is nothing else to show.</summary>
    public bool ShowsMessage(LogLevel level, bool hasFields) => !hasFields || level >= LogLevel.Warning;

    public void Write(in LogEvent logEvent, IBufferWriter<byte> output)
    {
        var line = _line ??= new StringBuilder(256);
        line.Clear();
        Span<char> time = stackalloc char[TimeText.Length];
        TimeText.Write(logEvent.At, time);
        line.Append(time).Append(' ').Append(logEvent.LevelName).Append(' ', LogEvent.LongestLevel + 1 - logEvent.LevelName.Length);
        AppendEscaped(line, logEvent.ShownName);
        var hasFields = false;
        for (var index = 0; index < (logEvent.Fields?.Count ?? 0); index++)
        {
            var (name, value) = logEvent.Fields![index];
            if (name == LogEvent.Template)
                continue;
            hasFields = true;
            if (value is int or long or double)
                line.Append(' ').Append(FieldName.Of(name)).Append('=').Append(CultureInfo.InvariantCulture, $"{value}");
            else
                Append(line, FieldName.Of(name), FieldValue.Of(value));
        }
        if (logEvent.Message is { } message && ShowsMessage(logEvent.Level, hasFields) && message != logEvent.ShownName)
            Append(line, "msg", FieldValue.Cut(message));
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
        if (value.Length > 0 && !value.AsSpan().ContainsAny(Quoted))
        {
            line.Append(value);
            return;
        }
        line.Append('"');
        AppendEscaped(line, value);
        line.Append('"');
    }

    private static void AppendEscaped(StringBuilder line, ReadOnlySpan<char> value)
    {
        for (int plain; (plain = value.IndexOfAny(Escaped)) >= 0; value = value[(plain + 1)..])
        {
            line.Append(value[..plain]);
            var letter = value[plain];
            if (letter is '"' or '\\')
                line.Append('\\').Append(letter);
            else if (letter is '\n' or '\r')
                line.Append(letter == '\n' ? "\\n" : "\\r");
            else
                line.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
        }
        line.Append(value);
    }
}
