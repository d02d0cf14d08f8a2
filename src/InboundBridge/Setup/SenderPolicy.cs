using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.MailFlow.SenderAuthentication.Budget;
using InboundBridge.MailFlow.SenderAuthentication.Dmarc;
using InboundBridge.MailFlow.SenderAuthentication.Iprev;
using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.SenderAuthentication.Spf;

namespace InboundBridge.Setup;

/// <summary>Turns configuration <c>authentication</c> into the checks that reception runs, and into what it refuses by itself.</summary>
internal static class SenderPolicy
{
    /// <summary>Null when every check is off.</summary>
    public static SenderChecks? ChecksOf(ApplianceOptions options, IDnsResolver resolver, TimeProvider clock)
    {
        var checks = OptionsOf(options);
        return checks.ChecksAnything ? new SenderChecks(checks, resolver, clock) : null;
    }

    public static EnforcementPolicy EnforcementOf(AuthenticationOptions options) => new()
    {
        Iprev = Of(options.Iprev),
        Spf = Of(options.Spf),
        Dkim = Of(options.Dkim),
        Dmarc = Of(options.Dmarc),
    };

    private static SenderCheckOptions OptionsOf(ApplianceOptions options)
    {
        var (checks, limits) = (options.Authentication, options.Authentication.Limits);
        return new SenderCheckOptions
        {
            Spf = checks.Spf.IsOn
                ? new SpfOptions { MostTerms = limits.SpfTerms, MostVoidTerms = limits.SpfVoidLookups, Receiver = options.Hostname } : null,
            Iprev = checks.Iprev.IsOn ? new IprevOptions() : null,
            Dmarc = checks.Dmarc.IsOn ? new DmarcOptions() : null,
            Lists = checks.Dnsbl,
            Signatures = new SignatureOptions
            {
                Dkim = checks.Dkim.IsOn,
                Arc = checks.Arc.IsOn,
                MinimumRsaBits = checks.MinimumRsaBits,
                TrustedSealers = checks.Arc.TrustedSealers,
                HeaderSize = options.Smtp.Server.Limits.HeaderSize,
                Signatures = limits.DkimSignatures,
                ArcSets = limits.ArcSets,
            },
            Budget = new MailDnsOptions { Time = limits.DnsTime, AtOnce = limits.DnsQueries },
        };
    }

    private static EnforcedCheck Of(CheckOptions check) =>
        new(check.Mode == CheckMode.Enforce, check.OnTemporaryError == OnTemporaryError.Defer);
}
