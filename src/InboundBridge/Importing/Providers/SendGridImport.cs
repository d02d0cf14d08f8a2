using InboundBridge.Configuration.Values;
using InboundBridge.Importing.Reading;
using InboundBridge.Importing.Writing;
using InboundBridge.Yaml;

namespace InboundBridge.Importing.Providers;

/// <summary>SendGrid's parse settings (<c>GET /v3/user/webhooks/parse/settings</c>): a URL for each host, and no order.</summary>
internal sealed class SendGridImport(ExportValues values) : IProviderImport
{
    private static readonly HashSet<string> Keys = new(StringComparer.Ordinal)
    {
        "hostname", "url", "spam_check", "send_raw", "security_policy",
    };

    public ImportedSet Read(YamlNode root)
    {
        var set = new ImportedSet(values.Problems);
        var hosts = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in values.Objects(root, "result").ToList())
        {
            var (host, url) = (values.NeededText(entry, "hostname"), values.NeededText(entry, "url"));
            if (host is null || url is null)
                continue;
            var domain = host.Value.Trim().TrimEnd('.').ToLowerInvariant();
            if (!HostNameText.TryParse(domain, out _))
            {
                values.Problems.Error(host.Position, $"'{TextShown.Of(host.Value)}' is no host");
                continue;
            }
            var raw = values.Flag(entry, "send_raw", otherwise: false);
            if (set.Destinations.Webhook(url.Value.Trim(), url.Position, raw ? "sendgrid-raw" : "sendgrid") is not { } destination)
                continue;
            set.AddDomainOf(domain);
            var rule = new ImportedRule { Name = domain };
            rule.TakeDomain(domain);
            if (!hosts.Add(domain))
                values.Problems.Error(host.Position, $"'{domain}' stands here twice", "SendGrid has one URL for each host");
            if (values.Flag(entry, "spam_check", otherwise: false))
                rule.Lacks("spam_check: spam_score and spam_report are in the payload once scanners.rspamd is configured");
            if (values.Text(entry, "security_policy") is { Value.Length: > 0 })
                rule.Lacks("security_policy: its signature and tokens can't be made; the receiver has to verify webhook-signature instead");
            rule.LacksUnread(entry, Keys, "a setting");
            rule.Do("webhook", destination);
            set.Rules.Add(rule);
        }
        return set;
    }
}
