using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Reception.ForgedResults;

namespace InboundBridge.Configuration.Sections;

internal static class AuthenticationSection
{
    public static SectionShape<AuthenticationOptions> Shape { get; } =
        new SectionShape<AuthenticationOptions>(
            "Checks of the sender's side.", () => new AuthenticationOptions { AuthservId = string.Empty })
            .Key("authserv_id", Scalars.HostName, (checks, value) => checks with { AuthservId = value },
                "In Authentication-Results. Default: the hostname.")
            .Key("spf", Mode, (checks, value) => checks with { Spf = value }, "SPF (RFC 7208). enforce: 550 5.7.23 on fail.", "on")
            .Key("dkim", new ByKindShape<(CheckMode Mode, int Bits)>(Mode.As(mode => (mode, 1024)), Dkim),
                (checks, value) => checks with { Dkim = value.Mode, MinimumRsaBits = value.Bits }, "DKIM (RFC 6376).", "on")
            .Key("dmarc", Mode, (checks, value) => checks with { Dmarc = value },
                "DMARC. enforce: reject or hold as the sender's policy says, unless a trusted ARC chain passed.", "on")
            .Key("arc", Arc, (checks, value) => checks with { TrustedSealers = value }, "ARC (RFC 8617).")
            .Key("dnsbl", new ListShape<DnsblOptions>(Dnsbl), (checks, value) => checks with { Dnsbl = value },
                "Lists of bad clients; a verdict for rules.")
            .Key("iprev", OnOff, (checks, value) => checks with { Iprev = value },
                "PTR of the client and its confirmation: the fact client_name.", "on")
            .Key("greylist", new ByKindShape<GreylistOptions?>(GreylistWord, Greylist.As(value => (GreylistOptions?)value)),
                (checks, value) => checks with { Greylist = value }, "Strangers get 451 once and are taken when they come back.", "off");

    private static ScalarShape<CheckMode> Mode => Scalars.Choice(
        ("off", CheckMode.Off), ("on", CheckMode.On), ("enforce", CheckMode.Enforce));

    private static ScalarShape<CheckMode> OnOff => Scalars.Choice(("off", CheckMode.Off), ("on", CheckMode.On));

    private static SectionShape<(CheckMode Mode, int Bits)> Dkim =>
        new SectionShape<(CheckMode Mode, int Bits)>("DKIM (RFC 6376).", () => (CheckMode.On, 1024))
            .Key("mode", Mode, (dkim, value) => (value, dkim.Bits), "off, on (a verdict only) or enforce.", "on")
            .Key("minimum_rsa_bits", Scalars.Whole(1024, 4096), (dkim, value) => (dkim.Mode, value), "Shorter keys don't pass (RFC 8301).",
                "1024");

    private static SectionShape<IReadOnlyList<string>> Arc => new SectionShape<IReadOnlyList<string>>("ARC (RFC 8617).", () => [])
        .Key("trusted_sealers", new ListShape<string>(Scalars.HostName), (_, value) => value, "Domains whose seals are believed.");

    private static SectionShape<DnsblOptions> Dnsbl => new SectionShape<DnsblOptions>("One list.", () => new DnsblOptions())
        .Required("zone", Scalars.HostName, (list, value) => list with { Zone = value }, "the list's domain")
        .Key("timeout", Scalars.Duration(), (list, value) => list with { Timeout = value }, "After it the list counts as silent.", "2s");

    private static ScalarShape<GreylistOptions?> GreylistWord =>
        Scalars.Choice<GreylistOptions?>(("off", null), ("on", new GreylistOptions()));

    private static SectionShape<GreylistOptions> Greylist => new SectionShape<GreylistOptions>("Greylisting.", () => new GreylistOptions())
        .Key("delay", Scalars.Duration(), (greylist, value) => greylist with { Delay = value }, "How soon is too soon.", "5m")
        .Key("expire", Scalars.Duration(), (greylist, value) => greylist with { Expire = value }, "How long a known sender is remembered.",
            "35d");
}
