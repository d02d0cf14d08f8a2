using System.ComponentModel;

namespace InboundBridge.Api.Json;

internal sealed record ReleaseJson(
    int Changed,
    [property: Description(
        "Only without 'to': deliveries of the filter that stay as they are, for they have no destination of their own; counted up to 500 of each state.")]
    int WithoutDestination);
