using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using InboundBridge.Configuration.Values;
using InboundBridge.Importing.Reading;
using InboundBridge.Importing.Writing;
using InboundBridge.Yaml;

namespace InboundBridge.Importing.Providers;

/// <summary>
/// Postal's tables as JSON (docs/from-postal.md): routes and the domains and endpoints that they name by their ids. One route takes a
/// recipient: that of the local part without its tag, else the one named <c>*</c>.
/// </summary>
internal sealed class PostalImport(ExportValues values) : IProviderImport
{
    private static readonly string[] Modes = ["Endpoint", "Accept", "Hold", "Bounce", "Reject"];

    /// <summary>Of every table.</summary>
    private static readonly string[] OfRecords = ["id", "uuid", "server_id", "name", "created_at", "updated_at"];

    private static readonly HashSet<string> RouteKeys = new(OfRecords, StringComparer.Ordinal)
    {
        "domain", "domain_id", "endpoint_type", "endpoint_id", "mode", "spam_mode", "token",
    };

    private static readonly HashSet<string> EndpointKeys = new(OfRecords, StringComparer.Ordinal)
    {
        "url", "format", "encoding", "strip_replies", "include_attachments", "timeout", "hostname", "port", "ssl_mode", "address",
        "error", "disabled_until", "last_used_at",
    };

    private readonly ImportedSet _set = new(values.Problems);
    private readonly Dictionary<(string Type, string Id), YamlMapping> _endpoints = [];
    private readonly Dictionary<string, string> _domains = new(StringComparer.Ordinal);

    public ImportedSet Read(YamlNode root)
    {
        if (root is not YamlMapping export)
        {
            values.Problems.Error(
                root.Position, $"an object with 'routes', 'domains' and endpoints is expected, not {ExportValues.Kind(root)}");
            return _set;
        }
        foreach (var domain in values.Objects(export, "domains").ToList())
        {
            if (values.NeededText(domain, "id") is { } id && values.NeededText(domain, "name") is { } name)
                _domains[id.Value] = name.Value.ToLowerInvariant();
        }
        foreach (var (table, type) in new[]
            {
                ("http_endpoints", "HTTPEndpoint"), ("smtp_endpoints", "SMTPEndpoint"), ("address_endpoints", "AddressEndpoint"),
            })
        {
            foreach (var endpoint in values.Objects(export, table).ToList())
            {
                if (values.NeededText(endpoint, "id") is { } id)
                    _endpoints[(type, id.Value)] = endpoint;
            }
        }
        var more = values.Objects(export, "additional_route_endpoints").ToLookup(
            entry => values.NeededText(entry, "route_id")?.Value ?? string.Empty, StringComparer.Ordinal);
        var routes = values.Objects((YamlNode)export, "routes").ToList();
        foreach (var route in routes.OrderBy(route => values.Text(route, "name")?.Value == "*"))
            Route(route, more[values.Text(route, "id")?.Value ?? string.Empty]);
        return _set;
    }

    private void Route(YamlMapping route, IEnumerable<YamlMapping> more)
    {
        if (values.NeededText(route, "name") is not { } name)
            return;
        if (name.Value == "__returnpath__")
        {
            // Such a route has no domain: a server of Postal has one of them.
            var bounces = new ImportedRule { Name = name.Value };
            bounces.Lacks("no rule is written for bounces of mail that Postal sent: they stay with Postal");
            _set.Rules.Add(bounces);
            return;
        }
        if (Domain(route) is not { } domain)
            return;
        var rule = new ImportedRule { Name = $"{name.Value}@{domain}" };
        _set.Rules.Add(rule);
        rule.LacksUnread(route, RouteKeys, "a route");
        _set.AddDomainOf(domain);
        if (name.Value == "*")
        {
            rule.TakeDomain(domain);
        }
        else if (name.Value.Any(letter => letter is '*' or '?' or '{' or '}' or '\\' or '@' or ' ' || char.IsControl(letter)))
        {
            values.Problems.Error(name.Position, $"'{TextShown.Of(name.Value)}' is no name of a route", "a local part, or *");
            return;
        }
        else
        {
            // Postal drops what stands behind a plus before it looks for the route.
            rule.When = new JsonObject { ["recipient"] = new JsonArray($"{name.Value}@{domain}", $"{name.Value}+*@{domain}") };
            rule.Sample = $"{name.Value}@{domain}";
            rule.Selects = recipient => recipient.Split('@')[0].Split('+')[0].Equals(name.Value, StringComparison.OrdinalIgnoreCase)
                && recipient.EndsWith($"@{domain}", StringComparison.OrdinalIgnoreCase);
        }
        Act(rule, route, [route, .. more]);
        Spam(rule, route);
    }

    private string? Domain(YamlMapping route)
    {
        // A dump may hold the domain itself in place of its id.
        if (values.Text(route, "domain") is { } own)
            return Domain(own, own.Value);
        if (values.NeededText(route, "domain_id") is not { } id)
            return null;
        if (_domains.TryGetValue(id.Value, out var domain))
            return Domain(id, domain);
        values.Problems.Error(id.Position, $"there is no domain {TextShown.Of(id.Value)} in 'domains'");
        return null;
    }

    /// <summary>What is no domain would be a pattern in a rule, which takes other mail too.</summary>
    private string? Domain(YamlScalar source, string name)
    {
        if (HostNameText.TryParse(name.ToLowerInvariant(), out var domain))
            return domain;
        values.Problems.Error(source.Position, $"'{TextShown.Of(name)}' is no domain");
        return null;
    }

    private void Act(ImportedRule rule, YamlMapping route, IEnumerable<YamlMapping> endpoints)
    {
        var mode = values.Text(route, "mode");
        switch (mode?.Value)
        {
            case null or "Endpoint":
                foreach (var entry in endpoints)
                    Endpoint(rule, entry);
                break;
            case "Accept":
                rule.Lacks("Postal keeps such mail in its list of messages; 'hold: accepted' would keep it here");
                rule.Do("discard", null);
                break;
            case "Hold":
                rule.Do("hold", "held as in Postal");
                break;
            case "Bounce":
                rule.Comments.Add("Postal takes the mail and sends a bounce; here the sender's server hears the refusal at once.");
                rule.Do("reject", "Mail for {recipient} is not accepted");
                break;
            case "Reject":
                rule.Do("reject", "Mail for {recipient} is not accepted");
                break;
            default:
                values.Problems.Error(
                    mode!.Position, $"there is no mode '{TextShown.Of(mode.Value)}'", NearestName.Hint(mode.Value, Modes));
                break;
        }
    }

    private void Endpoint(ImportedRule rule, YamlMapping entry)
    {
        if (values.NeededText(entry, "endpoint_type") is not { } type || values.NeededText(entry, "endpoint_id") is not { } id)
            return;
        if (!_endpoints.TryGetValue((type.Value, id.Value), out var endpoint))
        {
            values.Problems.Error(id.Position, $"there is no {TextShown.Of(type.Value)} {TextShown.Of(id.Value)} in the file");
            return;
        }
        rule.LacksUnread(endpoint, EndpointKeys, "an endpoint");
        switch (type.Value)
        {
            case "HTTPEndpoint" when values.NeededText(endpoint, "url") is { } url:
                Http(rule, endpoint, url);
                break;
            case "SMTPEndpoint" when values.NeededText(endpoint, "hostname") is { } host && IsHost(host):
                var tls = Known(rule, endpoint, "ssl_mode", "Auto", "TLS", "STARTTLS", "None") switch
                {
                    "TLS" => "implicit",
                    "STARTTLS" => "require",
                    "None" => "off",
                    _ => "opportunistic",
                };
                var name = values.Text(endpoint, "name")?.Value is { } own && own.Any(char.IsAsciiLetterOrDigit) ? own : host.Value;
                rule.Do("relay", _set.Destinations.Relay(host.Value, name, $"port: {Port(endpoint)}", $"tls: {tls}"));
                break;
            case "AddressEndpoint" when values.NeededText(endpoint, "address") is { } address:
                _set.Forward(rule, ImportedRule.Literal(address.Value));
                break;
        }
    }

    private int Port(YamlMapping endpoint)
    {
        var port = values.Number(endpoint, "port", 25);
        if (port is >= 1 and <= 65535 && port == decimal.Truncate(port))
            return (int)port;
        values.Problems.Error(endpoint["port"]!.Position, "a port is a whole number from 1 to 65535");
        return 25;
    }

    private bool IsHost(YamlScalar host)
    {
        // The platform reads 550 as 0.0.2.38.
        if (HostNameText.TryParse(host.Value, out _) || (IPAddress.TryParse(host.Value, out var address)
            && address.ToString().Equals(host.Value, StringComparison.OrdinalIgnoreCase)))
            return true;
        values.Problems.Error(host.Position, $"'{TextShown.Of(host.Value)}' is no host", "a name or an address");
        return false;
    }

    private void Http(ImportedRule rule, YamlMapping endpoint, YamlScalar url)
    {
        var isRaw = Known(rule, endpoint, "format", "Hash", "RawMessage") == "RawMessage";
        rule.Lacks(isRaw ? "Postal sends the mail as base64 inside JSON; here the body is the mail itself (format raw)"
            : "the fields have other names in format json: docs/from-postal.md compares them");
        if (Known(rule, endpoint, "encoding", "BodyAsJSON", "FormData") == "FormData")
            rule.Lacks("the endpoint gets the fields of a form (FormData); here the body is not a form, and a transform can make one");
        if (!isRaw && values.Flag(endpoint, "strip_replies", otherwise: false))
            rule.Lacks("strip_replies: plain_body without what is quoted is data.reply_text; data.text is whole");
        var options = new List<string>();
        if (values.Number(endpoint, "timeout", 0) is > 0 and <= 120 and var seconds)
            options.Add(string.Create(CultureInfo.InvariantCulture, $"timeout: {seconds:0}s"));
        if (!isRaw && !values.Flag(endpoint, "include_attachments", otherwise: true))
            options.Add("attachments: { inline: 0, otherwise: omit }   # include_attachments is off");
        if (_set.Destinations.Webhook(url.Value, url.Position, isRaw ? "raw" : "json", [.. options]) is { } webhook)
            rule.Do("webhook", webhook);
    }

    /// <summary>A word of the export. The rule's comments tell of one that a later version of Postal may have.</summary>
    private string? Known(ImportedRule rule, YamlMapping entry, string key, params string[] words)
    {
        var word = values.Text(entry, key)?.Value;
        if (word is not null && !words.Contains(word, StringComparer.Ordinal))
            rule.Lacks($"this import does not know {key} '{TextShown.Of(word)}', and treats it as {words[0]}");
        return word;
    }

    private void Spam(ImportedRule rule, YamlMapping route)
    {
        var action = Known(rule, route, "spam_mode", "Mark", "Quarantine", "Fail") switch
        {
            "Quarantine" => "hold",
            "Fail" => "reject",
            _ => null,
        };
        if (action is null)
            return;
        var when = rule.When!.DeepClone().AsObject();
        when["spam_action"] = new JsonArray("reject", "add header");
        rule.Lacks($"spam: with scanners.rspamd put a rule above: when: {FlowText.Write(when)}, then: [{action}: spam]");
    }
}
