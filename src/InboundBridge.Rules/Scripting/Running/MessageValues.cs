using System.Text.Json;
using Jint;
using Jint.Native;
using Jint.Runtime.Descriptors;

namespace InboundBridge.Rules.Scripting.Running;

/// <summary>Converts JSON to read-only values of the engine. A member of the message is converted when the script first reads it.</summary>
internal static class MessageValues
{
    /// <param name="json">Its document must not be disposed before the engine.</param>
    public static JsValue Message(Engine engine, JsonElement json, string recipient)
    {
        var message = new JsObject(engine);
        if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in json.EnumerateObject())
            {
                var isEmpty = field.Value.ValueKind == JsonValueKind.Null && field.Name is "subject" or "text";
                message.FastSetProperty(field.Name, isEmpty ? Constant(JsString.Empty) : Lazy(engine, field.Value));
            }
            if (!json.TryGetProperty("sender", out _) && json.TryGetProperty("envelope", out var envelope)
                && envelope.ValueKind == JsonValueKind.Object)
                message.FastSetProperty("sender",
                    Constant(new JsString(envelope.TryGetProperty("sender", out var sender) ? sender.GetString() ?? string.Empty
                    : string.Empty)));
        }
        message.FastSetProperty("recipient", Constant(new JsString(recipient)));
        message.PreventExtensions();
        return message;
    }

    public static JsValue Texts(Engine engine, IReadOnlyDictionary<string, string> texts)
    {
        var map = new JsObject(engine);
        foreach (var (name, text) in texts)
            map.FastSetProperty(name, Constant(new JsString(text)));
        map.PreventExtensions();
        return map;
    }

    private static PropertyDescriptor Constant(JsValue value) => new(value, PropertyFlag.OnlyEnumerable);

    private static PropertyDescriptor Lazy(Engine engine, JsonElement json) =>
        json.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.String
        ? PropertyDescriptor.CreateLazy((engine, json), static state => Value(state.engine, state.json), PropertyFlag.OnlyEnumerable)
        : Constant(Value(engine, json));

    private static JsValue Value(Engine engine, JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var map = new JsObject(engine);
                foreach (var entry in json.EnumerateObject())
                    map.FastSetProperty(entry.Name, Constant(Value(engine, entry.Value)));
                map.PreventExtensions();
                return map;
            case JsonValueKind.Array:
                return List(engine, json);
            case JsonValueKind.String:
                return new JsString(json.GetString()!);
            case JsonValueKind.Number:
                return JsNumber.Create(json.GetDouble());
            case JsonValueKind.True or JsonValueKind.False:
                return json.GetBoolean();
            default:
                return JsValue.Null;
        }
    }

    private static JsArray List(Engine engine, JsonElement json)
    {
        var items = new JsValue[json.GetArrayLength()];
        var index = 0;
        foreach (var item in json.EnumerateArray())
            items[index++] = Value(engine, item);
        var list = new JsArray(engine, items);
        for (index = 0; index < items.Length; index++)
            list.DefineOwnProperty(JsNumber.Create(index),
                new PropertyDescriptor(items[index], writable: false, enumerable: true, configurable: false));
        list.DefineOwnProperty("length",
            new PropertyDescriptor(JsNumber.Create(items.Length), writable: false, enumerable: false, configurable: false));
        list.PreventExtensions();
        return list;
    }
}
