using System.Text.Json;
using System.Text.Json.Serialization;
using InboundBridge.Http.Answers;

namespace InboundBridge.Api;

/// <summary>A request's JSON body, read as strictly as a query: a key that is misspelt must not mean its default.</summary>
internal static class ApiBody
{
    /// <summary>Octets: rules with their lists and scripts, and nothing that mail could be.</summary>
    private const long Largest = 8 * 1024 * 1024;

    private static readonly TimeSpan Time = TimeSpan.FromMinutes(1);

    private static readonly JsonSerializerOptions Strict = new(ApiShapes.Json) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>The body, or its defaults where it is empty; or what is wrong with it.</summary>
    public static async Task<(T? Body, IResult? Problem)> ReadAsync<T>(HttpContext context)
        where T : class, new()
    {
        var octets = await UploadBody.ReadAsync(context, Largest, Time, TimeProvider.System, Path.GetTempPath());
        if (octets.Length == 0)
            return (new T(), null);
        try
        {
            return (JsonSerializer.Deserialize<T>(octets, Strict) ?? new T(), null);
        }
        catch (JsonException fault)
        {
            return (null, ApiProblem.BadRequest($"the body is not the JSON that is expected: {fault.Message}"));
        }
    }
}
