using System.Text.Json.Nodes;
using InboundBridge.Rules.Schemas;

namespace InboundBridge.UnitTests.Rules.Schemas;

public class RuleSchemaTests
{
    /// <summary>To renew it, set INBOUNDBRIDGE_RENEW=1 and run this test.</summary>
    [Fact]
    public void The_kept_schema_is_what_the_code_generates()
    {
        var file = Path.Combine(RepositoryFiles.Root, "docs/schemas/rules.schema.json");
        if (Environment.GetEnvironmentVariable("INBOUNDBRIDGE_RENEW") == "1")
            File.WriteAllText(file, RuleSchema.ToJson(RuleFixture.Kinds));
        Assert.Equal(File.ReadAllText(file), RuleSchema.ToJson(RuleFixture.Kinds));
    }

    [Fact]
    public void Every_reference_has_its_definition()
    {
        var schema = JsonNode.Parse(RuleSchema.ToJson(RuleFixture.Kinds))!;
        var references =
            Nodes(schema).OfType<JsonObject>().Select(node => node["$ref"]).OfType<JsonNode>()
                .Select(reference => reference.GetValue<string>()).Distinct();
        Assert.All(references, reference => Assert.NotNull(schema["$defs"]![reference["#/$defs/".Length..]]));
    }

    private static IEnumerable<JsonNode?> Nodes(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(entry => Nodes(entry.Value)).Prepend(map),
        JsonArray list => list.SelectMany(Nodes).Prepend(list),
        _ => [node],
    };
}
