using System.Text;
using System.Text.Json.Nodes;
using InboundBridge.Setup;

namespace InboundBridge.Api;

/// <summary>
/// <c>/openapi/v1.json</c>: the API in OpenAPI 3.1; it needs no token. A test generates <c>openapi.json</c> from the metadata of the routes
/// and fails when the kept file differs, so that the running appliance need not load a generator.
/// </summary>
internal static class OpenApiDocument
{
    private static readonly Lazy<byte[]> Octets = new(() => Encoding.UTF8.GetBytes(Read().ToJsonString()));

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/openapi/v1.json", context => Results.Bytes(Octets.Value, "application/json").ExecuteAsync(context));

    public static JsonObject Read()
    {
        using var resource = typeof(OpenApiDocument).Assembly.GetManifestResourceStream("openapi.json")
            ?? throw new InvalidOperationException("openapi.json is not in the assembly");
        var document = JsonNode.Parse(resource)!.AsObject();
        document["info"]!["version"] = ProductVersion.Text;
        return document;
    }
}
