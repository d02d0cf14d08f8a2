using InboundBridge.Configuration.Options;
using InboundBridge.Rules.Facts;

namespace InboundBridge.Configuration.RuleFiles;

/// <summary>
/// Which check or scanner supplies which fact. Every other fact comes with each mail. Who builds a check sets <see cref="FactSupplier.IsBuilt"/> in its line.
/// </summary>
internal static class FactSuppliers
{
    public static IReadOnlyList<FactSupplier> All { get; } =
    [
        new("authentication.iprev", "authentication: { iprev: on }", options => options.Authentication.Iprev != CheckMode.Off, false, Fact.ClientName),
        new("authentication.spf", "authentication: { spf: on }", options => options.Authentication.Spf != CheckMode.Off, false, Fact.Spf),
        new("authentication.dkim", "authentication: { dkim: on }", options => options.Authentication.Dkim != CheckMode.Off, false, Fact.Dkim, Fact.DkimDomain),
        new("authentication.dmarc", "authentication: { dmarc: on }", options => options.Authentication.Dmarc != CheckMode.Off, false, Fact.Dmarc),
        new("authentication.arc", "authentication: { arc: { trusted_sealers: [DOMAIN] } }", options => options.Authentication.TrustedSealers.Count > 0, false, Fact.Arc),
        new("authentication.dnsbl", "authentication: { dnsbl: [{ zone: DOMAIN }] }", options => options.Authentication.Dnsbl.Count > 0, false, Fact.Dnsbl),
        new("scanners.rspamd", "scanners: { rspamd: { url: URL } }", options => options.Scanners.RspamdUrl is not null, false, Fact.SpamScore, Fact.SpamAction),
        new("scanners.clamav", "scanners: { clamav: { address: ADDRESS } }", options => options.Scanners.Clamav is not null, false, Fact.Virus),
    ];

    /// <summary>The facts that nothing supplies under a configuration, each with what can be done about it.</summary>
    public static IReadOnlyDictionary<Fact, string> Missing(ApplianceOptions options) =>
        All.Where(supplier => !supplier.Supplies(options)).SelectMany(supplier => supplier.Facts.Select(fact => (fact, supplier.Hint))).ToDictionary(entry => entry.fact, entry => entry.Hint);
}
