using System.Text.Json;
using System.Text.Json.Serialization;

namespace InboundBridge.Api;

/// <summary>A request's JSON body, read as strictly as a query: a key that is misspelt must not mean its default.</summary>
internal static class ApiBody
{
    /// <summary>Octets: rules with their lists and scripts, and nothing that mail could be.</summary>
    private const long Largest = 8 * 1024 * 1024;

    private static readonly JsonSerializerOptions Strict = new(ApiShapes.Json) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>The body, or its defaults where it is empty; or what is wrong with it.</summary>
    public static async Task<(T? Body, IResult? Problem)> ReadAsync<T>(HttpContext context)
        where T : class, new()
    {
        if (context.Request.ContentLength > Largest)
            return (null, ApiProblem.Of(StatusCodes.Status413PayloadTooLarge, "Too large", $"at most {Largest} octets are read"));
        if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = Largest;
        using var octets = new MemoryStream();
        await context.Request.Body.CopyToAsync(octets, context.RequestAborted);
        if (octets.Length == 0)
            return (new T(), null);
        try
        {
            return (JsonSerializer.Deserialize<T>(octets.GetBuffer().AsSpan(0, (int)octets.Length), Strict) ?? new T(), null);
        }
        catch (JsonException fault)
        {
            return (null, ApiProblem.BadRequest($"the body is not the JSON that is expected: {fault.Message}"));
        }
    }
}
