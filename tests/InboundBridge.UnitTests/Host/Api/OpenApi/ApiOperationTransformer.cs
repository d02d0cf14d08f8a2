using System.Globalization;
using System.Text.Json.Nodes;
using InboundBridge.Api.Routing;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace InboundBridge.UnitTests.Host.Api.OpenApi;

/// <summary>Lists the parameters and the body that a route declares, and lets refusals of one kind share their description.</summary>
internal sealed class ApiOperationTransformer : IOpenApiOperationTransformer
{
    public async Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var declared = metadata.OfType<ApiParameter>().ToList();
        operation.Parameters = declared.Count == 0 ? null : [.. declared.Select(ParameterOf)];
        if (metadata.OfType<ApiContent>().FirstOrDefault() is { } body)
        {
            IOpenApiSchema schema = body.Type == typeof(Stream)
                ? Octets() : await context.GetOrCreateSchemaAsync(body.Type, cancellationToken: cancellationToken);
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = !body.IsOptional,
                Content =
                    new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { [body.ContentType] = new() { Schema = schema } },
            };
        }
        var answers = operation.Responses!;
        operation.Responses = [];
        foreach (var (status, answer) in answers.OrderBy(answer => answer.Key, StringComparer.Ordinal))
        {
            var refusal = new OpenApiResponseReference(ApiResponses.NameOf(status), context.Document);
            operation.Responses.Add(
                status, int.Parse(status, CultureInfo.InvariantCulture) >= 400 ? refusal : Described(answer, status, metadata));
        }
    }

    private static OpenApiResponse Described(IOpenApiResponse answer, string status, IEnumerable<object> metadata)
    {
        var declared =
            metadata.OfType<IProducesResponseTypeMetadata>()
                .Single(produced => produced.StatusCode.ToString(CultureInfo.InvariantCulture) == status);
        var described = (OpenApiResponse)answer;
        described.Description = declared.Description;
        foreach (var content in described.Content?.Values.Where(_ => declared.Type == typeof(Stream))
            ?? Enumerable.Empty<OpenApiMediaType>())
            content.Schema = Octets();
        return described;
    }

    private static OpenApiSchema Octets() => new() { Type = JsonSchemaType.String, Format = "binary" };

    private static OpenApiParameter ParameterOf(ApiParameter parameter) => new()
    {
        Name = parameter.Name,
        In = parameter.Kind == ApiParameterKind.Path ? ParameterLocation.Path : ParameterLocation.Query,
        Description = parameter.Description,
        Required = parameter.IsRequired,
        Schema = parameter.Kind switch
        {
            ApiParameterKind.Texts =>
                new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
            ApiParameterKind.Flag => new OpenApiSchema { Type = JsonSchemaType.Boolean, Default = JsonValue.Create(false) },
            ApiParameterKind.State => new OpenApiSchema { Type = JsonSchemaType.String, Enum = ApiSchemaTransformer.States },
            ApiParameterKind.Limit => new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Minimum = "1",
                Maximum = ApiQuery.MostItems.ToString(CultureInfo.InvariantCulture),
                Default = JsonValue.Create(ApiQuery.DefaultLimit),
            },
            _ => new OpenApiSchema { Type = JsonSchemaType.String },
        },
    };
}
