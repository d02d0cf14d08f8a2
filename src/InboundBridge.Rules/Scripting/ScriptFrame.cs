using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace InboundBridge.Rules.Scripting;

/// <summary>What crosses between server and worker: four octets of length, big-endian, then that many of UTF-8 JSON.</summary>
internal static class ScriptFrame
{
    /// <summary>A mail of the largest size as JSON, with room.</summary>
    public const int LongestRequest = 256 * 1024 * 1024;

    /// <summary>Effects and log are bounded in number and length; an answer beyond this is a broken worker.</summary>
    public const int LongestAnswer = 4 * 1024 * 1024;

    private const int HeaderLength = 4;

    public static byte[] Request(ScriptRequest request, ScriptLimits limits)
    {
        using var buffer = new MemoryStream();
        buffer.SetLength(HeaderLength);
        buffer.Position = HeaderLength;
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("purpose", request.Purpose.ToString());
            writer.WriteString("source", request.Source.Text);
            writer.WriteString("file", request.Source.File);
            writer.WriteNumber("line", request.Source.Line);
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
            writer.WriteRawValue(request.MessageJson);
            writer.WriteEndObject();
        }
        return Sealed(buffer);
    }

    public static (ScriptRequest Request, ScriptLimits Limits) ReadRequest(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        var source = new ScriptSource(root.GetProperty("source").GetString()!, root.GetProperty("file").GetString()!, root.GetProperty("line").GetInt32());
        var limits = new ScriptLimits
        {
            Timeout = TimeSpan.FromMilliseconds(root.GetProperty("timeout").GetDouble()),
            Memory = root.GetProperty("memory").GetInt64(),
            Statements = root.GetProperty("statements").GetInt32(),
            Recursion = root.GetProperty("recursion").GetInt32(),
        };
        var request = new ScriptRequest(source, Enum.Parse<ScriptPurpose>(root.GetProperty("purpose").GetString()!), root.GetProperty("message").GetRawText(),
            root.GetProperty("recipient").GetString()!,
            root.GetProperty("vars").EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetString()!, StringComparer.Ordinal));
        return (request, limits);
    }

    public static byte[] Answer(ScriptAnswer answer)
    {
        var body = new JsonObject
        {
            ["value"] = answer.Value?.DeepClone(),
            ["effects"] = new JsonArray([.. answer.Effects.Select(effect => effect.DeepClone())]),
            ["lines"] = new JsonArray([.. answer.Lines.Select(line => (JsonNode)line)]),
            ["log"] = new JsonArray([.. answer.Log.Select(line => (JsonNode)line)]),
        };
        if (answer.Error is { } error)
            body["error"] = new JsonObject { ["text"] = error.Text, ["file"] = error.File, ["line"] = error.Line, ["column"] = error.Column };
        using var buffer = new MemoryStream();
        buffer.SetLength(HeaderLength);
        buffer.Position = HeaderLength;
        using (var writer = new Utf8JsonWriter(buffer))
            body.WriteTo(writer);
        return Sealed(buffer);
    }

    /// <exception cref="JsonException">Not an answer: the worker is broken.</exception>
    public static ScriptAnswer ReadAnswer(byte[] body)
    {
        if (JsonNode.Parse(body) is not JsonObject root || root["effects"] is not JsonArray effects || root["log"] is not JsonArray log)
            throw new JsonException("not an answer of a script worker");
        var error = root["error"] is JsonObject failed
            ? new ScriptError((string)failed["text"]!, (string)failed["file"]!, (int)failed["line"]!, (int)failed["column"]!)
            : null;
        return new ScriptAnswer(root["value"]?.DeepClone(), [.. effects.OfType<JsonArray>()], [.. log.Select(line => (string)line!)], error)
        {
            Lines = root["lines"] is JsonArray lines ? [.. lines.Select(line => (int)line!)] : [],
        };
    }

    /// <summary>Null at the end of the stream, or where the length is beyond the limit.</summary>
    public static async ValueTask<byte[]?> ReadAsync(Stream stream, int longest, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderLength];
        if (await stream.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellationToken) < HeaderLength)
            return null;
        var length = BinaryPrimitives.ReadInt32BigEndian(header);
        if (length < 0 || length > longest)
            return null;
        var body = new byte[length];
        return await stream.ReadAtLeastAsync(body, length, throwOnEndOfStream: false, cancellationToken) < length ? null : body;
    }

    private static byte[] Sealed(MemoryStream buffer)
    {
        var frame = buffer.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - HeaderLength);
        return frame;
    }
}
