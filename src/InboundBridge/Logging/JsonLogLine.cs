using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace InboundBridge.Logging;

/// <summary><c>{"ts":…,"level":…,"event":…,"event_id":…,"logger":…,"message":…, the fields}</c></summary>
internal sealed class JsonLogLine : ILogLineFormat
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal) { "ts", "level", "event", "event_id", "logger", "message", "exception" };

    public bool ShowsMessage(LogLevel level, bool hasFields) => true;

    public void Write(in LogEvent logEvent, IBufferWriter<byte> output)
    {
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            json.WriteString("ts", FieldValue.Of(logEvent.At));
            json.WriteString("level", logEvent.LevelName);
            json.WriteString("event", logEvent.ShownName);
            json.WriteNumber("event_id", logEvent.Id);
            json.WriteString("logger", logEvent.Category);
            json.WriteString("message", FieldValue.Cut(logEvent.Message ?? string.Empty));
            for (var index = 0; index < (logEvent.Fields?.Count ?? 0); index++)
                WriteField(json, logEvent.Fields![index]);
            if (logEvent.Exception is { } exception)
                json.WriteString("exception", exception.ToString());
            json.WriteEndObject();
        }
        output.Write("\n"u8);
    }

    private static void WriteField(Utf8JsonWriter json, KeyValuePair<string, object?> field)
    {
        if (field.Key == LogEvent.Template)
            return;
        var name = FieldName.Of(field.Key);
        json.WritePropertyName(Reserved.Contains(name) ? name + "_" : name);
        switch (field.Value)
        {
            case null: json.WriteNullValue(); break;
            case bool yes: json.WriteBooleanValue(yes); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): json.WriteNumberValue(number); break;
            default: json.WriteStringValue(FieldValue.Of(field.Value)); break;
        }
    }
}
