using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace InboundBridge.UnitTests.Host.Api.OpenApi;

/// <summary>
/// What no route says: the title, who may ask, and the refusals that routes share. The
/// appliance fills in its version when it serves the document.
/// </summary>
internal sealed class ApiDocumentTransformer : IOpenApiDocumentTransformer
{
    private const string Token = "token";

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info =
            new OpenApiInfo { Title = "InboundBridge", Version = string.Empty, Description = "The HTTP API of a running appliance." };
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.Responses = ApiResponses.All(document);
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
        document.Components.Schemas.Remove("ProblemDetails");
        document.Components.Schemas.Remove("IFormFile");
        document.Components.Schemas["Problem"] = ApiResponses.ProblemSchema;
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [Token] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "A token of http.tokens. On loopback without tokens none is needed.",
            },
        };
        document.Security =
            [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Token, document)] = [] },
                new OpenApiSecurityRequirement()];
        return Task.CompletedTask;
    }
}
