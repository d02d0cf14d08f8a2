using InboundBridge.Importing.Providers;
using InboundBridge.Importing.Providers.Mailgun;
using InboundBridge.Importing.Reading;
using InboundBridge.Importing.Writing;
using InboundBridge.Yaml;

namespace InboundBridge.Importing;

/// <summary>The providers whose exports become rules.</summary>
internal static class ProviderImports
{
    private static readonly Dictionary<string, (string About, Func<ExportValues, IProviderImport> Make)> Known = new(StringComparer.Ordinal)
    {
        ["mailgun"] = ("Mailgun's routes: the JSON of GET /v3/routes.", values => new MailgunImport(values)),
        ["postal"] = ("Postal's routes, domains and endpoints as JSON.", values => new PostalImport(values)),
        ["sendgrid"] = ("SendGrid's parse settings: the JSON of GET /v3/user/webhooks/parse/settings.", values => new SendGridImport(values)),
        ["ses"] = ("A rule set of Amazon SES: the JSON of describe-receipt-rule-set.", values => new SesImport(values)),
        ["cloudflare"] = ("Cloudflare's routing rules: the JSON of GET /zones/{id}/email/routing/rules.", values => new CloudflareImport(values)),
    };

    public static IReadOnlyCollection<string> Names => Known.Keys;

    public static string About(string provider) => Known[provider].About;

    /// <summary>Null when a problem was reported.</summary>
    public static ImportedRules? Read(string provider, ReadOnlyMemory<byte> octets, string file, SourceProblems problems)
    {
        if (ExportReader.Read(octets, file, problems) is not { } root)
            return null;
        var set = Known[provider].Make(new ExportValues(problems)).Read(root);
        return problems.HasErrors ? null : new ImportedRules(
            new RuleFileText(set).Write(provider), set.Rules.Count(rule => rule.Then.Count > 0),
            set.Rules.Count(rule => rule.IsIncomplete));
    }
}
