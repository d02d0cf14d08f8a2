using System.Text.Json.Nodes;
using InboundBridge.Api.Json;
using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace InboundBridge.UnitTests.Host.Api.OpenApi;

/// <summary>
/// Adds what the types of the answers can't say: the words of a state, what all steps of a trace have, which objects have no fixed shape.
/// </summary>
internal sealed class ApiSchemaTransformer : IOpenApiSchemaTransformer
{
    public static IList<JsonNode> States => [.. Enum.GetValues<DeliveryState>().Select(state => (JsonNode)ApiJson.State(state))];

    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.JsonTypeInfo.Type == typeof(JsonObject))
            schema.Type = context.JsonPropertyInfo is { IsGetNullable: true }
                ? JsonSchemaType.Object | JsonSchemaType.Null : JsonSchemaType.Object;
        if (context.JsonTypeInfo.Type == typeof(TraceStepJson))
            Describe(schema);
        if (context.JsonPropertyInfo is { Name: "state", DeclaringType: { } type }
            && (type == typeof(DeliveryJson) || type == typeof(DeliveryTallyJson)))
            schema.Enum = States;
        if (context.JsonPropertyInfo is { Name: "dry_run", DeclaringType: { } body } && body == typeof(ComparisonRequest))
            schema.Enum = [JsonValue.Create(true)];
        return Task.CompletedTask;
    }

    /// <summary>The generator lists the kinds of steps; the properties that all of them share go beside that list.</summary>
    private static void Describe(OpenApiSchema step)
    {
        step.Type = JsonSchemaType.Object;
        step.Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["at"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" },
            ["step"] = new OpenApiSchema { Type = JsonSchemaType.String },
        };
    }
}
