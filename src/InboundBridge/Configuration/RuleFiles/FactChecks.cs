using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Reception.Checks;
using InboundBridge.MailFlow.Reception.Facts;
using InboundBridge.Rules.Facts;

namespace InboundBridge.Configuration.RuleFiles;

/// <summary>
/// The checks and scanners that supply facts. Every other fact is read from the mail (<see cref="MailReaders"/>).
/// </summary>
internal static class FactChecks
{
    public static IReadOnlyList<FactCheck> All { get; } =
    [
        new("authentication.iprev", "authentication: { iprev: on }", options => options.Authentication.Iprev.IsOn,
            SenderFacts.IprevAsync),
        new("authentication.spf", "authentication: { spf: on }", options => options.Authentication.Spf.IsOn,
            SenderFacts.SpfAsync),
        new("authentication.dkim", "authentication: { dkim: on }", options => options.Authentication.Dkim.IsOn,
            SenderFacts.DkimAsync),
        new("authentication.dmarc", "authentication: { dmarc: on, spf: on, dkim: on }", options => options.Authentication.JudgesAuthors,
            SenderFacts.DmarcAsync),
        new("authentication.arc", "authentication: { arc: on }", options => options.Authentication.Arc.IsOn,
            SenderFacts.ArcAsync),
        new("authentication.dnsbl", "authentication: { dnsbl: [{ zone: DOMAIN }] }", options => options.Authentication.Dnsbl.Count > 0,
            SenderFacts.ListsAsync)
        {
            Words = options => new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
            {
                ["dnsbl"] = [.. options.Authentication.Dnsbl.Where(list => !list.Allow).Select(list => list.Zone)],
                ["dnswl"] = [.. options.Authentication.Dnsbl.Where(list => list.Allow).Select(list => list.Zone)],
            },
        },
        new("scanners.rspamd", "scanners: { rspamd: { url: URL } }", options => options.Scanners.Rspamd is not null,
            ScannerFacts.SpamAsync),
        new("scanners.clamav", "scanners: { clamav: { address: ADDRESS } }", options => options.Scanners.Clamav is not null,
            ScannerFacts.VirusAsync),
        new("authentication.signatures",
            "authentication: { smime: { trusted_certificates: FILE } }, or authentication: { openpgp: { keyring: FILE } }",
            options => options.Authentication is { Smime: not null } or { OpenPgp: not null }, ScannerFacts.SignaturesAsync),
    ];

    /// <summary>The facts that nothing supplies under a configuration, each with what the operator can do about it.</summary>
    public static IReadOnlyDictionary<Fact, string> Missing(ApplianceOptions options) => Missing(options, All);

    /// <summary>
    /// The only values that facts can have under a configuration; a fact that is not there can have any of the catalogue's.
    /// </summary>
    public static IReadOnlyDictionary<Fact, IReadOnlyList<string>> Words(ApplianceOptions options) => All
        .Where(check => check.Words is not null && check.IsOn(options)).SelectMany(check => check.Words!(options))
        .ToDictionary(words => Fact.Find(words.Key)!, words => words.Value);

    /// <summary>The suppliers of every check that a configuration switches on.</summary>
    public static MailChecks Of(ApplianceOptions options, TimeProvider clock) => Of(options, clock, All);

    internal static IReadOnlyDictionary<Fact, string> Missing(ApplianceOptions options, IReadOnlyList<FactCheck> checks)
    {
        var missing = new Dictionary<Fact, string>();
        foreach (var fact in Fact.All.Where(fact => !MailReaders.Supply(fact)))
        {
            var check = checks.FirstOrDefault(check => check.Key == fact.Source.Check);
            if (check?.IsOn(options) != true)
                missing.Add(fact, check?.Hint ?? "no part of this version supplies it");
        }
        return missing;
    }

    internal static MailChecks Of(ApplianceOptions options, TimeProvider clock, IReadOnlyList<FactCheck> checks)
    {
        var suppliers = checks.Where(check => check.IsOn(options)).Select(check => new FactSupplier(check.Key, check.Supply)).ToList();
        return suppliers.Count == 0 ? MailChecks.None : new MailChecks(suppliers, clock);
    }
}
