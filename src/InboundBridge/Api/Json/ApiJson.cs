using System.Text.Json;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Api.Json;

/// <summary>
/// How the API writes JSON: names in snake case, states in lower case. The records of this folder
/// are its shapes, and what the OpenAPI document describes.
/// </summary>
internal static class ApiJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static IResult Of<T>(T value) => Results.Json(value, Options);

    public static IResult List<T>(IEnumerable<T> items, string? next) => Of(new PageJson<T>(items, next));

    public static string State(DeliveryState state) => state.ToString().ToLowerInvariant();
}
