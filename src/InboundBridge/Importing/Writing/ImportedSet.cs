using System.Text.Json.Nodes;
using InboundBridge.Configuration.Values;
using InboundBridge.Yaml;

namespace InboundBridge.Importing.Writing;

/// <summary>What an export becomes.</summary>
internal sealed class ImportedSet(SourceProblems problems)
{
    /// <summary>In the order in which they are evaluated.</summary>
    public List<ImportedRule> Rules { get; } = [];

    public ImportedDestinations Destinations { get; } = new(problems);

    /// <summary>What the reader of the rules has to know, about all of them.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Recipients' domains, as far as the export names them.</summary>
    public SortedSet<string> Domains { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Lets a rule forward mail to an address elsewhere.</summary>
    /// <param name="to">As the rule writes it, so braces are a template's.</param>
    public void Forward(ImportedRule rule, string to) =>
        rule.Do("relay", new JsonObject { ["destination"] = Destinations.Forwarding(), ["to"] = to });

    /// <summary>Adds the domain of an address, a domain, or <c>*.domain</c>; nothing where it is none of them.</summary>
    public void AddDomainOf(string text)
    {
        if (HostNameText.TryParsePattern(text[(text.LastIndexOf('@') + 1)..], out var domain))
            Domains.Add(domain);
    }
}
