using System.Text.Json.Nodes;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Loading;

namespace InboundBridge.Rules.Schemas;

/// <summary>The part of the schema that describes <c>then</c>.</summary>
internal static class RuleActionSchema
{
    public static JsonObject Build(IReadOnlyList<RuleDestinationKind> kinds)
    {
        var properties = new JsonObject();
        foreach (var key in ActionReader.KeysWith(kinds))
            properties[key] = kinds.Any(kind => kind.Name == key) ? Deliver(key) : Action(key);
        var byName = new JsonObject { ["enum"] = new JsonArray("hold", "reject", "defer", "discard") };
        var withValue = RuleSchema.Closed(null, properties);
        withValue["minProperties"] = 1;
        withValue["maxProperties"] = 1;
        return RuleSchema.AnyOf(byName, withValue);
    }

    private static JsonObject Action(string key) => key switch
    {
        "hold" => RuleSchema.AnyOf(RuleSchema.Text("why"), new JsonObject { ["type"] = new JsonArray("null", "boolean") }),
        "reject" or "defer" => RuleSchema.AnyOf(
            RuleSchema.Text("what the sender is told"),
            new JsonObject { ["type"] = new JsonArray("null", "boolean") },
            RuleSchema.Closed(null, new JsonObject
            {
                ["code"] = new JsonObject
                {
                    ["type"] = "integer",
                    ["minimum"] = key == "reject" ? 500 : 400,
                    ["maximum"] = key == "reject" ? 559 : 459,
                },
                ["enhanced"] = new JsonObject { ["type"] = "string", ["pattern"] = @"^[45]\.\d{1,3}\.\d{1,3}$" },
                ["text"] = RuleSchema.Ref("text"),
            })),
        "discard" => new JsonObject { ["type"] = new JsonArray("null", "boolean") },
        "set" or "add_header" => RuleSchema.Open(RuleSchema.Ref("text")),
        "script" => RuleSchema.Ref("script"),
        _ => RuleSchema.OneOrMore("text"),
    };

    private static JsonObject Deliver(string kind) => RuleSchema.AnyOf(
        RuleSchema.Text($"name of a {kind} destination"),
        new JsonObject
        {
            ["type"] = "object",
            ["description"] = "any option of the destination may be overridden",
            ["properties"] = new JsonObject
            {
                ["destination"] = RuleSchema.Text($"name of a {kind} destination"),
                ["to"] = RuleSchema.Text("rewritten recipient"),
            },
            ["required"] = new JsonArray("destination"),
        });
}
