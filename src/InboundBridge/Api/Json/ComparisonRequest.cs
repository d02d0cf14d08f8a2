using System.ComponentModel;
using System.Text.Json.Serialization;

namespace InboundBridge.Api.Json;

/// <summary>The body of <c>POST /replay</c>: which rules to compare with. The query says which messages.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ComparisonRequest
{
    [DefaultValue(true)]
    [Description("Only true: nothing is ever sent.")]
    public bool DryRun { get; init; } = true;

    [Description("Texts of rule files, lists and scripts by their path; null for the rules in force.")]
    public IReadOnlyDictionary<string, string?>? Rules { get; init; }
}
