using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace InboundBridge.Rules.Scripting.Workers;

/// <summary>The protocol between server and worker: a length of four octets, big-endian, and that many octets of UTF-8 JSON.</summary>
internal static class ScriptFrame
{
    /// <summary>Octets: room for a script, its view of the largest mail (<see cref="ScriptMail.MostOctets"/>) and vars.</summary>
    public const int LongestRequest = 2 * ScriptMail.MostOctets;

    /// <summary>Octets. Value, effects and log are limited in number and length, so a longer answer means a broken worker.</summary>
    public const int LongestAnswer = 8 * 1024 * 1024;

    /// <summary>What nearly all conditions answer, so that no document has to be read for it.</summary>
    private static ReadOnlySpan<byte> True => """{"value":true,"effects":[],"places":[],"log":[]}"""u8;

    private static ReadOnlySpan<byte> False => """{"value":false,"effects":[],"places":[],"log":[]}"""u8;

    private static readonly JsonWriterOptions Unchecked = new() { SkipValidation = true };

    public static ReadOnlyMemory<byte> Request(ScriptRequest request, ScriptLimits limits) => Frame(writer =>
    {
        writer.WriteString("purpose", request.Purpose.ToString());
        writer.WriteString("source", request.Source.Text);
        writer.WriteString("file", request.Source.File);
        writer.WriteNumber("line", request.Source.Line);
        writer.WriteNumber("column", request.Source.Column);
        writer.WriteNumber("later", request.Source.LaterColumn);
        writer.WriteBoolean("folded", request.Source.IsFolded);
        writer.WriteString("recipient", request.Recipient);
        writer.WriteNumber("timeout", limits.Timeout.TotalMilliseconds);
        writer.WriteNumber("memory", limits.Memory);
        writer.WriteNumber("statements", limits.Statements);
        writer.WriteNumber("recursion", limits.Recursion);
        writer.WriteStartObject("vars");
        foreach (var (name, value) in request.Vars)
            writer.WriteString(name, value);
        writer.WriteEndObject();
        writer.WritePropertyName("message");
        writer.WriteRawValue(request.MessageJson.Span, skipInputValidation: true);
    });

    /// <param name="root">Its document must not be disposed while the message is read.</param>
    /// <exception cref="JsonException">It is not a request.</exception>
    public static (ScriptRequest Request, JsonElement Message, ScriptLimits Limits) ReadRequest(JsonElement root)
    {
        var source = new ScriptSource(root.GetProperty("source").GetString()!, root.GetProperty("file").GetString()!,
            root.GetProperty("line").GetInt32())
        {
            Column = root.GetProperty("column").GetInt32(),
            LaterColumn = root.GetProperty("later").GetInt32(),
            IsFolded = root.GetProperty("folded").GetBoolean(),
        };
        var limits = new ScriptLimits
        {
            Timeout = TimeSpan.FromMilliseconds(root.GetProperty("timeout").GetDouble()),
            Memory = root.GetProperty("memory").GetInt64(),
            Statements = root.GetProperty("statements").GetInt32(),
            Recursion = root.GetProperty("recursion").GetInt32(),
        };
        var vars = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in root.GetProperty("vars").EnumerateObject())
            vars[entry.Name] = entry.Value.GetString()!;
        var request = new ScriptRequest(source, Enum.Parse<ScriptPurpose>(root.GetProperty("purpose").GetString()!), default,
            root.GetProperty("recipient").GetString()!, vars);
        return (request, root.GetProperty("message"), limits);
    }

    public static ReadOnlyMemory<byte> Answer(ScriptAnswer answer) => Frame(writer =>
    {
        if (answer.Value is { } value)
        {
            writer.WritePropertyName("value");
            value.WriteTo(writer);
        }
        writer.WriteStartArray("effects");
        foreach (var effect in answer.Effects)
            effect.WriteTo(writer);
        writer.WriteEndArray();
        writer.WriteStartArray("places");
        foreach (var (line, column) in answer.Places)
        {
            writer.WriteNumberValue(line);
            writer.WriteNumberValue(column);
        }
        writer.WriteEndArray();
        writer.WriteStartArray("log");
        foreach (var line in answer.Log)
            writer.WriteStringValue(line);
        writer.WriteEndArray();
        if (answer.Error is { } error)
        {
            writer.WriteStartObject("error");
            writer.WriteString("text", error.Text);
            writer.WriteString("file", error.File);
            writer.WriteNumber("line", error.Line);
            writer.WriteNumber("column", error.Column);
            writer.WriteEndObject();
        }
        if (answer.IsLast)
            writer.WriteBoolean("last", true);
    });

    /// <exception cref="JsonException">It is not an answer: the worker is broken.</exception>
    public static ScriptAnswer ReadAnswer(ReadOnlySpan<byte> body)
    {
        if (body.SequenceEqual(True) || body.SequenceEqual(False))
            return new ScriptAnswer(JsonValue.Create(body.SequenceEqual(True)), [], [], null);
        if (JsonNode.Parse(body) is not JsonObject root || root["effects"] is not JsonArray effects || root["log"] is not JsonArray log)
            throw new JsonException("not an answer of a script worker");
        var error = root["error"] is JsonObject failed
            ? new ScriptError((string)failed["text"]!, (string)failed["file"]!, (int)failed["line"]!, (int)failed["column"]!)
            : null;
        return new ScriptAnswer(root["value"], [.. effects.OfType<JsonArray>()], [.. log.Select(line => (string)line!)], error)
        {
            Places = root["places"] is JsonArray places
                ? [.. places.Select(number => (int)number!).Chunk(2).Select(place => (place[0], place[^1]))] : [],
            IsLast = root["last"] is not null,
        };
    }

    private static ReadOnlyMemory<byte> Frame(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        buffer.GetSpan(FrameBuffer.HeaderLength);
        buffer.Advance(FrameBuffer.HeaderLength);
        using (var writer = new Utf8JsonWriter(buffer, Unchecked))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }
        BinaryPrimitives.WriteInt32BigEndian(System.Runtime.InteropServices.MemoryMarshal.AsMemory(buffer.WrittenMemory).Span,
            buffer.WrittenCount - FrameBuffer.HeaderLength);
        return buffer.WrittenMemory;
    }
}
