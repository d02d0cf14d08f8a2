using System.ComponentModel;
using System.Text.Json.Serialization;

namespace InboundBridge.Api.Json;

/// <summary>The body of <c>POST /destinations/{name}/pause</c>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PauseRequest
{
    [Description("Why, for other operators: up to 200 characters on one line. The name of whoever pauses is added.")]
    public string? Reason { get; init; }
}
