using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using InboundBridge.UnitTests.Host.Api.OpenApi;
using Microsoft.AspNetCore.Routing;

namespace InboundBridge.UnitTests.Host.Api;

public sealed class OpenApiTests
{
    [Fact]
    public async Task The_kept_document_equals_the_one_generated_from_the_routes()
    {
        var path = Path.Combine(RepositoryFiles.Root, "src/InboundBridge/Api/openapi.json");
        var generated = await GeneratedDocument.WriteAsync();
        if (Environment.GetEnvironmentVariable("INBOUNDBRIDGE_RENEW") == "1")
            await File.WriteAllTextAsync(path, generated);
        Assert.True(await File.ReadAllTextAsync(path) == generated, $"{path} is not current: run this test with INBOUNDBRIDGE_RENEW=1");
    }

    [Fact]
    public async Task The_document_names_every_route_and_no_other()
    {
        await using var api = await ApiFixture.CreateAsync();
        var routes = api.Routes
            .Where(route => route.RoutePattern.RawText!.StartsWith("/api/v1/", StringComparison.Ordinal))
            .SelectMany(
                route =>
                    route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(
                        method => $"{method} {route.RoutePattern.RawText}"));
        var document = await api.AskAsync("GET /openapi/v1.json");
        var documented = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}"));
        Assert.Equal(routes.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_reference_of_the_document_leads_somewhere_and_every_query_it_names_is_known()
    {
        await using var api = await ApiFixture.CreateAsync();
        var document = JsonNode.Parse((await api.AskAsync("GET /openapi/v1.json")).GetRawText())!;
        foreach (var reference in References(document))
            Assert.True(reference[2..].Split('/').Aggregate(document, (JsonNode? node, string step) => node?[step]) is not null, reference);
        foreach (var (path, item) in document["paths"]!.AsObject()
            .Where(path => path.Value!["get"] is not null && !path.Key.Contains('{', StringComparison.Ordinal)))
        {
            foreach (var name in (item!["get"]!["parameters"]?.AsArray() ?? []).Select(parameter => parameter!["name"]!.GetValue<string>()))
            {
                using var client = api.Client();
                using var answer =
                    await client.GetAsync(
                        $"{path}?{name}=~none~", HttpCompletionOption.ResponseHeadersRead,
                        new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token);
                if (answer.StatusCode == HttpStatusCode.BadRequest)
                    Assert.DoesNotMatch("there is no (filter|parameter)", await answer.Content.ReadAsStringAsync());
            }
        }
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(entry => entry.Key == "$ref" ? [entry.Value!.GetValue<string>()] : References(entry.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };
}
