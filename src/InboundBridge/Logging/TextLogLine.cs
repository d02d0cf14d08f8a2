using System.Buffers;
using InboundBridge.MailFlow.Text;

namespace InboundBridge.Logging;

/// <summary>
/// <c>2026-01-02T03:04:05.678Z info  message_received id=… size=…</c>: for people and for programs that read logfmt. The message follows
/// as <c>msg="…"</c> where there are no fields, and for warnings and errors, where it leaves out the values that the fields show.
/// Values are escaped: text from a peer can neither break the line nor control a terminal.
/// </summary>
internal sealed class TextLogLine : ILogLineFormat
{
    private static readonly FieldName Words = FieldName.Of("msg");

    private static readonly FieldName Fault = FieldName.Of("exception");

    /// <summary>For warnings and errors, and for events without fields.</summary>
    public bool ShowsMessage(LogLevel level, bool hasFields) => !hasFields || level >= LogLevel.Warning;

    public void Write(in LogEvent logEvent, IBufferWriter<byte> output)
    {
        var line = new LineOctets(output);
        Span<byte> time = stackalloc byte[TimeText.Length];
        TimeText.Write(logEvent.At, time);
        line.Add(time);
        line.Add((byte)' ');
        var level = logEvent.LevelName;
        line.Add(level);
        line.Add("      "u8[..(LogEvent.LongestLevel + 1 - level.Length)]);
        var name = logEvent.ShownName;
        line.Add(name.Octets);
        var hasFields = WriteFields(ref line, logEvent.Fields, out var template);
        if (logEvent.Message is { } message && ShowsMessage(logEvent.Level, hasFields))
            WriteWords(ref line, name.Text, hasFields && template is not null ? MessageWords.Of(template) : message);
        if (logEvent.Exception is { } exception)
        {
            line.Add(Fault.AsTextField);
            TextValue.Write(ref line, exception.ToString());
        }
        line.Add((byte)'\n');
        line.End();
    }

    /// <summary>Writes the message, unless it only repeats the event's name.</summary>
    private static void WriteWords(ref LineOctets line, string name, string words)
    {
        if (words.Length > 0 && words.Replace(' ', '_') != name)
            Write(ref line, Words, words);
    }

    private static bool WriteFields(ref LineOctets line, IReadOnlyList<KeyValuePair<string, object?>>? fields, out string? template)
    {
        var hasFields = false;
        template = null;
        var count = fields?.Count ?? 0;
        for (var index = 0; index < count; index++)
        {
            var (name, value) = fields![index];
            if (name == LogEvent.Template)
            {
                template = value as string;
                continue;
            }
            hasFields = true;
            Write(ref line, FieldName.Of(name), value);
        }
        return hasFields;
    }

    private static void Write(ref LineOctets line, FieldName name, object? value)
    {
        line.Add(name.AsTextField);
        switch (value)
        {
            case string text:
                TextValue.WriteCut(ref line, text);
                break;
            case int number:
                line.AddNumber(number);
                break;
            case long number:
                line.AddNumber(number);
                break;
            case double number:
                line.AddDecimal(number);
                break;
            case TimeSpan duration:
                line.AddNumber(duration.TotalSeconds, FieldValue.SecondsFormat);
                line.Add((byte)'s');
                break;
            default:
                WriteOther(ref line, value);
                break;
        }
    }

    private static void WriteOther(ref LineOctets line, object? value)
    {
        Span<char> room = stackalloc char[FieldValue.Room];
        TextValue.WriteCut(ref line, FieldValue.Of(value, room));
    }
}
