using System.ComponentModel;
using System.Text.Json.Serialization;

namespace InboundBridge.Api.Json;

/// <summary>The body of <c>POST /messages/{id}/replay</c>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ReplayRequest
{
    [DefaultValue(false)]
    [Description("True: only return what would be sent.")]
    public bool DryRun { get; init; }

    [DefaultValue(false)]
    [Description("True: send it where the rules in force route it now; false: where it went the first time.")]
    public bool ByRules { get; init; }

    [Description("A destination that gets it for all recipients of the envelope, whatever the rules say; not with by_rules.")]
    public string? To { get; init; }
}
