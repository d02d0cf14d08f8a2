using System.Text.Json.Nodes;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Testing;

namespace InboundBridge.Rules.Schemas;

/// <summary>The part of the schema that describes <c>tests</c>.</summary>
internal static class RuleTestSchema
{
    public static JsonObject Build(IReadOnlyList<RuleDestinationKind> kinds) =>
        RuleSchema.Closed("an example with its expected outcome", new JsonObject
        {
            ["name"] = RuleSchema.Text("what it shows"),
            ["eml"] = RuleSchema.Text("a stored mail, relative to this file"),
            ["mail"] = RuleSchema.Closed("an inline mail; with eml: its envelope", Each(RuleTestReader.MailKeys, Mail)),
            ["given"] = RuleSchema.Closed("facts by hand", Each(RuleTestReader.GivenKeys, Given)),
            ["expect"] = RuleSchema.Closed("every entry must hold",
            Each(RuleExpectations.KeysWith(kinds), key => kinds.Any(kind => kind.Name == key) ? AnyShape() : Expectation(key))),
        }, "name", "expect");

    private static JsonObject Each(IEnumerable<string> keys, Func<string, JsonNode> schema) =>
        new(keys.Select(key => KeyValuePair.Create(key, (JsonNode?)schema(key))));

    private static JsonNode Mail(string key) => key switch
    {
        "headers" => RuleSchema.Open(RuleSchema.OneOrMore("text")),
        "attachments" => RuleSchema.AnyOf(RuleSchema.Ref("text"), RuleSchema.ArrayOf(RuleSchema.AnyOf(
            RuleSchema.Ref("text"), RuleSchema.Closed(null, Each(InlineAttachments.Keys, _ => RuleSchema.Ref("text")))))),
        _ => RuleSchema.Nullable(RuleSchema.OneOrMore("text")),
    };

    private static JsonNode Given(string key)
    {
        var schema = RuleSchema.Nullable(RuleSchema.OneOrMore("text"));
        if (!Fact.TryFindCondition(key, out var fact))
            return schema;
        schema["description"] = fact.Summary;
        if (fact.Values is { } values)
            schema["examples"] = new JsonArray([.. values.Select(value => (JsonNode)value)]);
        return schema;
    }

    private static JsonObject Expectation(string key) => key switch
    {
        "default" or "discard" => new JsonObject { ["type"] = "boolean" },
        "reject" or "defer" => AnyShape(),
        "vars" or "headers" => RuleSchema.Open(RuleSchema.Nullable(RuleSchema.Ref("text"))),
        RequestExpectation.Key => RuleSchema.AnyOf(Request(), RuleSchema.ArrayOf(Request())),
        "stage" => new JsonObject { ["enum"] = new JsonArray("recipient", "header", "body") },
        _ => RuleSchema.Nullable(RuleSchema.OneOrMore("text")),
    };

    private static JsonObject Request() => RuleSchema.Closed(
        "what a webhook is sent, as a subset", Each(RequestExpectation.Keys, key => key switch
        {
            "headers" => RuleSchema.Open(RuleSchema.Nullable(RuleSchema.Ref("text"))),
            "body" => new JsonObject { ["description"] = "a text, or keys of a JSON body or of a form" },
            "skip" => new JsonObject { ["type"] = "boolean" },
            _ => RuleSchema.Ref("text"),
        }));

    private static JsonObject AnyShape() => RuleSchema.AnyOf(
        RuleSchema.Ref("text"),
        new JsonObject { ["type"] = "object" },
        RuleSchema.ArrayOf(RuleSchema.AnyOf(RuleSchema.Ref("text"), new JsonObject { ["type"] = "object" })));
}
