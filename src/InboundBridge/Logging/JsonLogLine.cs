using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using InboundBridge.MailFlow.Text;

namespace InboundBridge.Logging;

/// <summary><c>{"ts":…,"level":…,"event":…,"event_id":…,"logger":…,"message":…, the fields}</c></summary>
internal sealed class JsonLogLine : ILogLineFormat
{
    private static readonly JsonWriterOptions Options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly HashSet<string> Reserved =
        new(StringComparer.Ordinal) { "ts", "level", "event", "event_id", "logger", "message", "exception" };

    /// <summary>
    /// An idle writer's target: a writer must have one, and the last line's buffer may be big. Nothing is ever written to it.
    /// </summary>
    private static readonly ArrayBufferWriter<byte> Nothing = new();

    [ThreadStatic]
    private static Utf8JsonWriter? _json;

    public bool ShowsMessage(LogLevel level, bool hasFields) => true;

    /// <summary>The field's name, with an underscore added where it would clash with a name that every line has.</summary>
    public static string NameOf(string field) => Reserved.Contains(field) ? field + "_" : field;

    public void Write(in LogEvent logEvent, IBufferWriter<byte> output)
    {
        // The thread's writer is taken out while it is in use: a value whose ToString logs must get another one.
        var json = _json ?? new Utf8JsonWriter(Nothing, Options);
        _json = null;
        json.Reset(output);
        json.WriteStartObject();
        Span<byte> time = stackalloc byte[TimeText.Length];
        TimeText.Write(logEvent.At, time);
        json.WriteString("ts"u8, time);
        json.WriteString("level"u8, logEvent.LevelName);
        json.WriteString("event"u8, logEvent.ShownName.Octets);
        json.WriteNumber("event_id"u8, logEvent.Id);
        json.WriteString("logger"u8, logEvent.Category);
        json.WriteString("message"u8, FieldValue.Cut(logEvent.Message ?? string.Empty));
        var count = logEvent.Fields?.Count ?? 0;
        for (var index = 0; index < count; index++)
            WriteField(json, logEvent.Fields![index]);
        if (logEvent.Exception is { } exception)
            json.WriteString("exception"u8, exception.ToString());
        json.WriteEndObject();
        json.Flush();
        output.Write("\n"u8);
        json.Reset(Nothing);
        _json = json;
    }

    private static void WriteField(Utf8JsonWriter json, KeyValuePair<string, object?> field)
    {
        if (field.Key == LogEvent.Template)
            return;
        json.WritePropertyName(FieldName.Of(field.Key).JsonName);
        switch (field.Value)
        {
            case null: json.WriteNullValue(); break;
            case bool yes: json.WriteBooleanValue(yes); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): json.WriteNumberValue(number); break;
            case string text: json.WriteStringValue(FieldValue.Cut(text)); break;
            default: WriteOther(json, field.Value); break;
        }
    }

    private static void WriteOther(Utf8JsonWriter json, object value)
    {
        Span<char> room = stackalloc char[FieldValue.Room];
        json.WriteStringValue(FieldValue.Of(value, room));
    }
}
