using System.Text.Json;
using InboundBridge.Api.Json;
using InboundBridge.Http.Answers;

namespace InboundBridge.Api;

/// <summary>
/// Reads a request's JSON body as strictly as a query: the types that it reads refuse
/// unknown keys, so that a misspelt key can't mean its default.
/// </summary>
internal static class ApiBody
{
    /// <summary>Octets: enough for rules with their lists and scripts, too little for mail.</summary>
    private const long Largest = 8 * 1024 * 1024;

    private static readonly TimeSpan Time = TimeSpan.FromMinutes(1);

    /// <summary>The body, with its defaults if it is empty; or the answer that says what is wrong with it.</summary>
    public static async Task<(T? Body, IResult? Problem)> ReadAsync<T>(HttpContext context)
        where T : class, new()
    {
        var octets = await UploadBody.ReadAsync(context, Largest, Time, TimeProvider.System, Path.GetTempPath());
        if (octets.Length == 0)
            return (new T(), null);
        try
        {
            return (JsonSerializer.Deserialize<T>(octets, ApiJson.Options) ?? new T(), null);
        }
        catch (JsonException fault)
        {
            return (null, ApiProblem.BadRequest($"the body is not the expected JSON: {fault.Message}"));
        }
    }
}
