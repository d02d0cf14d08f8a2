using System.Text.Json.Nodes;
using InboundBridge.Importing.Reading;
using InboundBridge.Importing.Writing;
using InboundBridge.Yaml;

namespace InboundBridge.Importing.Providers;

/// <summary>
/// Cloudflare's routing rules (<c>GET /zones/{id}/email/routing/rules</c>). The first rule for an address acts, by priority; a catch-all
/// comes behind all others.
/// </summary>
internal sealed class CloudflareImport(ExportValues values) : IProviderImport
{
    private static readonly HashSet<string> Keys = new(StringComparer.Ordinal)
    {
        "id", "tag", "name", "enabled", "priority", "matchers", "actions", "source",
    };

    private readonly ImportedSet _set = new(values.Problems);

    public ImportedSet Read(YamlNode root)
    {
        var entries = Once(values.Objects(root, "result"));
        var pages = ExportValues.Answers(root, "result").Select(answer => answer["result_info"]).OfType<YamlMapping>();
        if (values.TotalOf(pages) is var total && total > entries.Count)
        {
            _set.Notes.Add(
                $"NOT COMPLETE: the zone has {total} rules, and the file {entries.Count}: export all pages, and join them with 'jq -s .'");
        }
        _set.Notes.Add("Subaddresses (user+tag@) are a setting of the zone and not in the export: where it is on, add 'user+*@…' to recipients.");
        var rules = entries
            .Select(entry => (Entry: entry, Priority: values.Number(entry, "priority", 0), Matchers: Matchers(entry))).ToList();
        foreach (var (entry, _, matchers) in rules.Where(rule => !rule.Matchers.IsAll).OrderBy(rule => rule.Priority))
            Rule(entry, matchers);
        foreach (var (entry, _, matchers) in rules.Where(rule => rule.Matchers.IsAll))
            Rule(entry, matchers);
        return _set;
    }

    /// <summary>The catch-all may be in the list and in a page of its own.</summary>
    private List<YamlMapping> Once(IEnumerable<YamlMapping> entries)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        return [.. entries.Where(entry => (values.Text(entry, "id") ?? values.Text(entry, "tag")) is not { } id || ids.Add(id.Value))];
    }

    private (bool IsAll, List<string> Addresses) Matchers(YamlMapping entry)
    {
        var (isAll, addresses) = (false, new List<string>());
        foreach (var matcher in values.Objects(entry, "matchers").ToList())
        {
            var (type, field, value) = (values.NeededText(matcher, "type"), values.Text(matcher, "field"), values.Text(matcher, "value"));
            switch (type?.Value)
            {
                case "all":
                    isAll = true;
                    break;
                case "literal" when field?.Value is "to" && value is not null:
                    // Braces would capture whatever stands there, and the rule would take mail for others.
                    if (!IsAddress(value.Value) || value.Value.AsSpan().ContainsAny('{', '}'))
                        values.Problems.Error(value.Position, $"'{TextShown.Of(value.Value)}' is no address");
                    addresses.Add(value.Value);
                    break;
                case not null:
                    values.Problems.Error(
                        type!.Position,
                        $"there is no matcher '{TextShown.Of(type.Value)}' on '{TextShown.Of(field?.Value ?? string.Empty)}'",
                        "Cloudflare has 'literal' on 'to', and 'all'");
                    break;
            }
        }
        if (!isAll && addresses.Count == 0 && !values.Problems.HasErrors)
            values.Problems.Error(entry.Position, "this rule has no matcher");
        // Matchers of one rule must all hold: an address and 'all' are the address.
        return (isAll && addresses.Count == 0, [.. addresses.Distinct(StringComparer.OrdinalIgnoreCase)]);
    }

    private void Rule(YamlMapping entry, (bool IsAll, List<string> Addresses) matchers)
    {
        var name = values.Text(entry, "name")?.Value;
        var rule = new ImportedRule
        {
            Name = !string.IsNullOrWhiteSpace(name) ? name : matchers.IsAll ? "catch-all" : matchers.Addresses.FirstOrDefault() ?? "rule",
            Enabled = values.Flag(entry, "enabled", otherwise: true),
        };
        _set.Rules.Add(rule);
        rule.LacksUnread(entry, Keys, "a rule");
        if (matchers.IsAll)
        {
            CatchAll(rule);
        }
        else if (matchers.Addresses is [var address])
        {
            _set.AddDomainOf(address);
            rule.When = new JsonObject { ["recipient"] = address };
            rule.Sample = address;
            rule.Selects = recipient => recipient.Equals(address, StringComparison.OrdinalIgnoreCase);
        }
        else
        {
            rule.Lacks("no rule is written for this one: an address can't be two addresses at once");
            return;
        }
        var drops = false;
        foreach (var action in values.Objects(entry, "actions").ToList())
            drops |= Act(rule, action);
        if (drops && rule.Then.Count > 0)
            rule.Lacks("a rule can't deliver and drop: the drop is left out");
        else if (drops)
            rule.Do("discard", null);
        if (rule.Then.Count == 0 && !values.Problems.HasErrors)
            values.Problems.Error(entry.Position, "this rule has no action");
    }

    private void CatchAll(ImportedRule rule)
    {
        // A zone may have addresses in subdomains; its catch-all is that of its own domain only.
        if (_set.Domains.FirstOrDefault(zone => _set.Domains.All(domain => domain == zone
            || domain.EndsWith($".{zone}", StringComparison.Ordinal))) is { } apex)
        {
            rule.TakeDomain(apex, "anybody-else");
        }
        else
        {
            rule.Comments.Add("It takes mail for every domain: add 'when: { recipient_domain: … }' where others are served too.");
            rule.Selects = _ => true;
        }
    }

    /// <summary>Whether it drops the mail; anything else is written.</summary>
    private bool Act(ImportedRule rule, YamlMapping action)
    {
        var (type, targets) = (values.NeededText(action, "type"), values.Texts(action, "value"));
        switch (type?.Value)
        {
            case "forward":
                foreach (var target in targets)
                {
                    if (IsAddress(target.Value))
                        _set.Forward(rule, ImportedRule.Literal(target.Value));
                    else
                        values.Problems.Error(target.Position, $"'{TextShown.Of(target.Value)}' is no address");
                }
                break;
            case "worker":
                foreach (var worker in targets)
                {
                    rule.Lacks(
                        $"the worker '{TextShown.Of(worker.Value)}' runs at Cloudflare: here its work is that of a webhook's receiver");
                    rule.Do("webhook", _set.Destinations.Unknown(
                        $"worker-{worker.Value}", "json", $"where the receiver is that does the work of the worker {worker.Value}"));
                }
                break;
            case "drop":
                return true;
            case not null:
                values.Problems.Error(
                    type!.Position, $"there is no action '{TextShown.Of(type.Value)}'",
                    NearestName.Hint(type.Value, ["forward", "worker", "drop"]));
                break;
        }
        return false;
    }

    private static bool IsAddress(string text) =>
        text.IndexOf('@') is > 0 and var at && at == text.LastIndexOf('@') && at < text.Length - 1
            && !text.Any(letter =>
                char.IsWhiteSpace(letter) || char.IsControl(letter) || letter is '<' or '>' or '*' or '?' or '\\' or '"');
}
