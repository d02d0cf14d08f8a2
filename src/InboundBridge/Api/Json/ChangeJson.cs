namespace InboundBridge.Api.Json;

internal sealed record ChangeJson(int Changed);
