using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Loading;

namespace InboundBridge.Rules.Schemas;

/// <summary>
/// The JSON Schema (2020-12) of rule files, built from the tables that the readers use. Editors check and complete rule files with it.
/// </summary>
public static class RuleSchema
{
    private static readonly JsonSerializerOptions Layout =
        new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text of <c>docs/schemas/rules.schema.json</c>, with a line break at its end.</summary>
    /// <param name="kinds">The kinds of destination that rules may deliver to.</param>
    public static string ToJson(IReadOnlyList<RuleDestinationKind> kinds)
    {
        var schema = Closed("Rules of InboundBridge", new JsonObject
        {
            ["lists"] = new JsonObject
            {
                ["type"] = "object",
                ["description"] = "named lists of patterns, for `in:`",
                ["additionalProperties"] = AnyOf(Ref("text"), ArrayOf(Ref("text")),
                    Closed(null, new JsonObject { ["file"] = Text("one entry a line, # comments") }, "file")),
            },
            ["rules"] = Nullable(ArrayOf(Ref("rule"))),
            ["tests"] = Nullable(ArrayOf(Ref("test"))),
        });
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema["$defs"] = new JsonObject
        {
            ["text"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") },
            ["pattern"] = Pattern(),
            ["numberPattern"] = NumberPattern(),
            ["condition"] = Condition(),
            ["conditions"] = AnyOf(Ref("condition"), ArrayOf(Ref("condition"))),
            ["script"] = AnyOf(Text("JavaScript"), Closed(null, new JsonObject { ["file"] = Text("relative to this file") }, "file")),
            ["action"] = RuleActionSchema.Build(kinds),
            ["rule"] = Rule(),
            ["test"] = RuleTestSchema.Build(kinds),
        };
        return schema.ToJsonString(Layout) + "\n";
    }

    internal static JsonObject Ref(string name) => new() { ["$ref"] = $"#/$defs/{name}" };

    internal static JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };

    internal static JsonObject ArrayOf(JsonNode items) => new() { ["type"] = "array", ["items"] = items };

    internal static JsonObject AnyOf(params JsonNode[] choices) => new() { ["anyOf"] = new JsonArray([.. choices]) };

    internal static JsonObject OneOrMore(string name) => AnyOf(Ref(name), ArrayOf(Ref(name)));

    internal static JsonObject Nullable(JsonNode schema) => AnyOf(schema, new JsonObject { ["type"] = "null" });

    internal static JsonObject Open(JsonNode values) => new() { ["type"] = "object", ["additionalProperties"] = values };

    internal static JsonObject Closed(string? description, JsonObject properties, params string[] required)
    {
        var schema = new JsonObject { ["type"] = "object" };
        if (description is not null)
            schema["description"] = description;
        schema["properties"] = properties;
        if (required.Length > 0)
            schema["required"] = new JsonArray([.. required.Select(name => (JsonNode)name)]);
        schema["additionalProperties"] = false;
        return schema;
    }

    private static JsonObject Pattern()
    {
        var operators = new JsonObject();
        foreach (var name in PatternReader.Operators)
        {
            operators[name] = name switch
            {
                "exists" => new JsonObject { ["type"] = "boolean" },
                "not" or "matches" or "in" => Ref("pattern"),
                _ => OneOrMore("text"),
            };
        }
        var schema = AnyOf(Ref("text"), ArrayOf(Ref("pattern")), Closed(null, operators));
        schema["description"] = "a glob (* ? {name}), a regular expression /…/i, a list of them, or operators";
        return schema;
    }

    private static JsonObject NumberPattern()
    {
        var operators = new JsonObject
        {
            ["equals"] = Ref("numberPattern"),
            ["in"] = Ref("numberPattern"),
            ["not"] = Ref("numberPattern"),
            ["exists"] = new JsonObject { ["type"] = "boolean" },
        };
        var schema = AnyOf(new JsonObject { ["type"] = "number" }, new JsonObject { ["type"] = "string" }, ArrayOf(Ref("numberPattern")),
            Closed(null, operators));
        schema["description"] = "a number or size, a comparison (\"> 5\", \"<= 10MB\") or a range (\"1MB..10MB\")";
        return schema;
    }

    private static JsonObject Condition()
    {
        var properties = new JsonObject();
        foreach (var key in ConditionReader.Keys)
            properties[key] = Fact.TryFindCondition(key, out var fact) ? FactSchema(fact) : SpecialCondition(key);
        return Closed("all keys must hold", properties);
    }

    private static JsonObject FactSchema(Fact fact)
    {
        var schema = Ref(fact.Type is FactType.Number or FactType.Attachments ? "numberPattern" : "pattern");
        schema["description"] = fact.Summary;
        if (fact.Values is { } values)
            schema["examples"] = new JsonArray([.. values.Select(value => (JsonNode)value)]);
        return schema;
    }

    private static JsonObject SpecialCondition(string key) => key switch
    {
        "all" or "any" => OneOrMore("conditions"),
        "not" => Ref("conditions"),
        "header" or "vars" => Open(Ref("pattern")),
        "script" => Ref("script"),
        "sample" => new JsonObject
        {
            ["type"] = "string",
            ["pattern"] = @"^\d+(\.\d+)?%$",
            ["description"] = "a stable share of all messages",
        },
        "time" => Closed("when the message came", new JsonObject
        {
            ["days"] = OneOrMore("text"),
            ["hours"] = OneOrMore("text"),
            ["zone"] = Text("IANA time zone; default UTC"),
        }),
        "attachment" => AnyOf(new JsonObject { ["type"] = "boolean" }, Closed("one attachment satisfies all of them", new JsonObject
        {
            ["name"] = Ref("pattern"),
            ["type"] = Ref("pattern"),
            ["size"] = Ref("numberPattern"),
            ["sha256"] = Ref("pattern"),
        })),
        _ => Ref("pattern"),
    };

    private static JsonObject Rule() => Closed("decides for one recipient", new JsonObject
    {
        ["name"] = Text("unique"),
        ["enabled"] = new JsonObject { ["type"] = "boolean" },
        ["when"] = Nullable(Ref("conditions")),
        ["then"] = OneOrMore("action"),
        ["continue"] = new JsonObject { ["type"] = "boolean", ["description"] = "evaluation goes on after it" },
    }, "name", "then");
}
