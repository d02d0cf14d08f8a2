using System.Globalization;
using System.Text.Json.Nodes;
using Jint;
using Jint.Native;
using Jint.Native.Object;

namespace InboundBridge.Rules.Scripting.Running;

/// <summary>
/// Copies a run's values out of the engine. It reads only own data properties of plain objects, arrays and dates, so that no code of the
/// script runs (no getter, no proxy trap). Depth, number and length are limited over all values of the run: a few objects that share their
/// parts can expand to gigabytes.
/// </summary>
internal sealed class ScriptCopy
{
    private const int DeepestValue = 32;
    private const int MostNodes = 20_000;
    private const int MostCharacters = 1024 * 1024;

    private int _nodes;
    private int _characters;

    /// <exception cref="ScriptValueException">The value is too deep or too large.</exception>
    public JsonNode? ToJson(JsValue value) => ToJson(value, 0);

    /// <summary>The value for a log line: strings as they are, errors with name and message, everything else as JSON.</summary>
    public string ToLogText(JsValue value)
    {
        if (value.IsString())
            return Cut(value.AsString());
        if (value.IsUndefined())
            return "undefined";
        return value is JsError error ? ErrorText(error) : ToJson(value)?.ToJsonString() ?? "null";
    }

    /// <summary>Name and message of a thrown value, read from its own data properties: toString() would run code of the script.</summary>
    public string ErrorText(JsValue thrown)
    {
        if (!thrown.IsObject())
            return thrown.IsSymbol() ? "a symbol was thrown" : ToLogText(thrown);
        var owner = thrown.AsObject();
        var name = OwnText(owner, "name") ?? (thrown is JsError ? NameOf(owner.Prototype) : null);
        var message = OwnText(owner, "message");
        if (name is null && message is null)
            return "an object without a message was thrown";
        if (name == "TypeError" && string.IsNullOrEmpty(message))
            message = "a read-only value can't be changed";
        return string.IsNullOrEmpty(name) ? message! : string.IsNullOrEmpty(message) ? name : $"{name}: {message}";
    }

    private string? NameOf(ObjectInstance? prototype)
    {
        // A class that extends Error has its name on a prototype.
        for (var depth = 0; prototype is JsObject or JsError or ObjectInstance && prototype.GetType().Name != "JsProxy"
            && depth < DeepestValue; depth++)
        {
            if (OwnText(prototype, "name") is { } name)
                return name;
            prototype = prototype.Prototype;
        }
        return null;
    }

    private string? OwnText(ObjectInstance owner, string name) =>
        IsReadable(owner) && owner.GetOwnProperty(name) is { } property && property.IsDataDescriptor() && property.Value is { } value
            && value.IsString()
            ? Cut(value.AsString())
            : null;

    private static bool IsReadable(ObjectInstance owner) => owner.GetType().Name != "JsProxy";

    private JsonNode? ToJson(JsValue value, int depth)
    {
        if (depth > DeepestValue)
            throw new ScriptValueException("a value nests too deep");
        if (++_nodes > MostNodes)
            throw new ScriptValueException("a value is too large");
        if (value.IsString())
            return JsonValue.Create(Cut(value.AsString()));
        if (value.IsBoolean())
            return JsonValue.Create(value.AsBoolean());
        if (value.IsNumber())
            return Number(value.AsNumber());
        return value switch
        {
            JsDate date => double.IsFinite(date.DateValue) ? JsonValue.Create(date.ToDateTime().ToString("O", CultureInfo.InvariantCulture))
                : null,
            JsArray list => List(list, depth),
            JsObject map => Map(map, depth),
            _ => null,
        };
    }

    private JsonArray List(JsArray list, int depth)
    {
        if (list.Length > MostNodes)
            throw new ScriptValueException("a value is too large");
        var copy = new JsonArray();
        for (var index = 0; index < (int)list.Length; index++)
        {
            var property = list.GetOwnProperty(JsNumber.Create(index));
            copy.Add(property.IsDataDescriptor() && property.Value is { } item ? ToJson(item, depth + 1) : null);
        }
        return copy;
    }

    private JsonObject Map(JsObject map, int depth)
    {
        var copy = new JsonObject();
        foreach (var (key, property) in map.GetOwnProperties())
        {
            if (key.IsString() && property.IsDataDescriptor() && property.Enumerable && property.Value is { } entry && !entry.IsUndefined())
                copy[Cut(key.AsString())] = ToJson(entry, depth + 1);
        }
        return copy;
    }

    private static JsonValue? Number(double number)
    {
        if (!double.IsFinite(number))
            return null;
        return number == Math.Floor(number) && Math.Abs(number) < int.MaxValue ? JsonValue.Create((int)number) : JsonValue.Create(number);
    }

    private string Cut(string text)
    {
        _characters += Math.Min(text.Length, MostCharacters + 1);
        return _characters <= MostCharacters ? text : throw new ScriptValueException("a text is too long");
    }
}
