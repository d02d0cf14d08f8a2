using InboundBridge.Operations.Status;

namespace InboundBridge.Api.Json;

/// <summary>Problem details (RFC 9457) with the problems of the configuration that was refused.</summary>
internal sealed record ReloadProblemJson(string Type, string Title, int Status, IReadOnlyList<string> Problems)
{
    public static ReloadProblemJson Of(ReloadReport report) =>
        new("about:blank", "Not reloaded, the old configuration stays", StatusCodes.Status422UnprocessableEntity, report.Problems);
}
