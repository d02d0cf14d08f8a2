using InboundBridge.Configuration;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Status;

namespace InboundBridge.Ui.Pages.Configuration;

/// <summary>What is in force, and whether it can be used as it is on disk.</summary>
/// <param name="NodesProblem">What an operator should look at; null where there is nothing.</param>
/// <param name="Domains">Those with DNS records to publish.</param>
public sealed record ConfigurationModel(
    ConfigurationReport Report, SpoolCondition Condition, IReadOnlyList<CertificateExpiry> Certificates, IReadOnlyList<string> Domains,
    IReadOnlyList<NodeLine> Nodes, string? NodesProblem)
{
    /// <summary>Defaults of the keys that are not set, by the section that they belong to.</summary>
    public IReadOnlyList<IGrouping<string, DefaultInForce>> Defaults { get; } =
        [.. Report.Defaults.GroupBy(each => SectionOf(each.Key), StringComparer.Ordinal)];

    /// <summary>Each destination is a section of its own.</summary>
    private static string SectionOf(string key)
    {
        var names = key.Split('.', '[');
        return names is ["destinations", var name, ..] ? $"destinations.{name}" : names[0];
    }
}

/// <summary>A node of the spool.</summary>
/// <param name="State">As the API spells it.</param>
/// <param name="Reason">Why it takes no mail; null where it does.</param>
public sealed record NodeLine(
    string Id, string Name, string State, string? Reason, string Version, string ConfigVersion, DateTimeOffset StartedAt,
    DateTimeOffset HeardAt, bool IsSelf, IReadOnlyList<string> Listeners);
