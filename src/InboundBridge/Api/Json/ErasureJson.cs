using System.ComponentModel;

namespace InboundBridge.Api.Json;

internal sealed record ErasureJson(string Id, bool Erased, [property: Description("Deliveries that this cancelled.")] int Cancelled);
