using System.ComponentModel;

namespace InboundBridge.Api.Json;

internal sealed record ReleaseJson(
    int Changed,
    [property: Description(
        "Only without 'to': deliveries of the filter that are unchanged because they have no destination of their own; counted up to 500 of each state.")]
    int WithoutDestination);
