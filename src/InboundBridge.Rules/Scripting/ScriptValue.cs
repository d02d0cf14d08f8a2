using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;

namespace InboundBridge.Rules.Scripting;

/// <summary>A script handed over something that can't cross.</summary>
internal sealed class ScriptValueException(string message) : Exception(message);

/// <summary>Copies data into the engine and out of it. On the way out only own data properties are read, so no code of the script runs, and depth and number are bounded.</summary>
internal static class ScriptValue
{
    private const int DeepestValue = 32;
    private const int MostNodes = 20_000;
    private const int LongestText = 1024 * 1024;

    /// <param name="emptyTexts">For the message: no subject and no text are empty texts, or every script would have to look first.</param>
    public static JsValue FromJson(in JsonElement json, Engine engine, bool emptyTexts = false)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var map = engine.Object.Construct(Arguments.Empty);
                foreach (var entry in json.EnumerateObject())
                {
                    var isEmpty = emptyTexts && entry.Value.ValueKind == JsonValueKind.Null && entry.Name is "subject" or "text";
                    map.FastAddProperty(entry.Name, isEmpty ? new JsValue(string.Empty) : FromJson(entry.Value, engine), writable: false, enumerable: true, configurable: false);
                }
                // The message itself gets two more names before it is closed.
                return map;
            case JsonValueKind.Array:
                var list = engine.Array.Construct(Arguments.Empty);
                var index = 0;
                foreach (var item in json.EnumerateArray())
                    list.Put((index++).ToString(CultureInfo.InvariantCulture), FromJson(item, engine), throwOnError: true);
                return engine.Object.Freeze(JsValue.Undefined, [list]);
            case JsonValueKind.String:
                return new JsValue(json.GetString()!);
            case JsonValueKind.Number:
                return new JsValue(json.GetDouble());
            case JsonValueKind.True or JsonValueKind.False:
                return json.GetBoolean() ? JsValue.True : JsValue.False;
            default:
                return JsValue.Null;
        }
    }

    public static JsonNode? ToJson(JsValue value)
    {
        var nodes = 0;
        return ToJson(value, 0, ref nodes);
    }

    /// <summary>For a log line: texts bare, everything else as JSON.</summary>
    public static string ToLogText(JsValue value) => value.IsString() ? Cut(value.AsString()) : value.IsUndefined() ? "undefined" : ToJson(value)?.ToJsonString() ?? "null";

    public static string? OwnText(ObjectInstance? owner, string name) =>
        owner?.GetOwnProperty(name) is { } property && property.IsDataDescriptor() && property.Value is { } value && value.IsString() ? Cut(value.AsString()) : null;

    private static JsonNode? ToJson(JsValue value, int depth, ref int nodes)
    {
        if (depth > DeepestValue)
            throw new ScriptValueException("a value nests too deep");
        if (++nodes > MostNodes)
            throw new ScriptValueException("a value is too large");
        if (value.IsString())
            return JsonValue.Create(Cut(value.AsString()));
        if (value.IsBoolean())
            return JsonValue.Create(value.AsBoolean());
        if (value.IsNumber())
            return Number(value.AsNumber());
        return value.IsObject() ? Object(value.AsObject(), depth, ref nodes) : null;
    }

    private static JsonNode? Object(ObjectInstance instance, int depth, ref int nodes)
    {
        if (instance is Jint.Native.Function.FunctionInstance)
            return null;
        if (instance is Jint.Native.Date.DateInstance date)
            return double.IsFinite(date.PrimitiveValue) ? JsonValue.Create(date.ToDateTime().ToString("O", CultureInfo.InvariantCulture)) : null;
        if (instance is Jint.Native.Array.ArrayInstance)
        {
            var list = new JsonArray();
            var length = instance.GetOwnProperty("length") is { Value: { } written } && written.IsNumber() ? written.AsNumber() : 0;
            if (length > MostNodes)
                throw new ScriptValueException("a value is too large");
            for (var index = 0; index < length; index++)
            {
                var property = instance.GetOwnProperty(index.ToString(CultureInfo.InvariantCulture));
                list.Add(property.IsDataDescriptor() && property.Value is { } item ? ToJson(item, depth + 1, ref nodes) : null);
            }
            return list;
        }
        var map = new JsonObject();
        foreach (var (name, property) in instance.GetOwnProperties())
        {
            if (property.IsDataDescriptor() && property.Enumerable == true && property.Value is { } entry && !entry.IsUndefined())
                map[name] = ToJson(entry, depth + 1, ref nodes);
        }
        return map;
    }

    private static JsonValue? Number(double number)
    {
        if (!double.IsFinite(number))
            return null;
        return number == Math.Floor(number) && Math.Abs(number) < int.MaxValue ? JsonValue.Create((int)number) : JsonValue.Create(number);
    }

    private static string Cut(string text) => text.Length <= LongestText ? text : throw new ScriptValueException("a text is too long");
}
