namespace InboundBridge.Api.Json;

/// <param name="Next">Null after the last page.</param>
internal sealed record PageJson<T>(IEnumerable<T> Items, string? Next);
