using Microsoft.OpenApi;

namespace InboundBridge.UnitTests.Host.Api.OpenApi;

/// <summary>The refusals that routes share, each as problem details.</summary>
internal static class ApiResponses
{
    private static readonly (string Status, string Name, string Description)[] Kinds =
    [
        ("400", "BadRequest", "A filter, a value or the body is invalid."),
        ("401", "Unauthorized", "A valid token is required."),
        ("403", "Forbidden", "The token's role does not allow it, or the request comes from a page of another site."),
        ("404", "NotFound", "There is no such thing."),
        ("409", "Conflict", "The current state does not allow it."),
        ("429", "TooManyRequests", "Too many wrong tokens from this address, or too many requests at once; Retry-After says when to try again."),
        ("", "Problem", "Any other problem."),
    ];

    public static string NameOf(string status) => Kinds.First(kind => kind.Status == status || kind.Status.Length == 0).Name;

    public static IDictionary<string, IOpenApiResponse> All(OpenApiDocument document) => Kinds.ToDictionary(
        kind => kind.Name,
        kind => (IOpenApiResponse)new OpenApiResponse
        {
            Description = kind.Description,
            Headers = kind.Status == "429"
                ? new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal)
                {
                    ["Retry-After"] = new OpenApiHeader
                    {
                        Description = "Seconds.",
                        Schema = new OpenApiSchema { Type = JsonSchemaType.Integer }
                    },
                }
                : null,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference("Problem", document) },
            },
        },
        StringComparer.Ordinal);

    public static OpenApiSchema ProblemSchema { get; } = new()
    {
        Type = JsonSchemaType.Object,
        Description = "RFC 9457.",
        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["title"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
            ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String },
        },
    };
}
