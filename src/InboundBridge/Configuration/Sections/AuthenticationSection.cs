using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Values;
using InboundBridge.MailFlow.SenderAuthentication.DnsLists;

namespace InboundBridge.Configuration.Sections;

internal static class AuthenticationSection
{
    public static SectionShape<AuthenticationOptions> Shape { get; } =
        new SectionShape<AuthenticationOptions>(
            "Checks of the sender's side.", () => new AuthenticationOptions { AuthservId = string.Empty })
            .Key("authserv_id", Scalars.HostName, (checks, value) => checks with { AuthservId = value },
                "In Authentication-Results. Default: the hostname.")
            .Key("spf", CheckShape.Of("SPF (RFC 7208)."), (checks, value) => checks with { Spf = value },
                "SPF (RFC 7208). enforce: 550 5.7.23 on fail.", "on")
            .Key("dkim", Dkim, (checks, value) => checks with { Dkim = value.Check, MinimumRsaBits = value.Bits },
                "DKIM (RFC 6376). enforce: 550 5.7.20 without a signature that passes.", "on")
            .Key("dmarc", CheckShape.Of("DMARC (RFC 9989)."), (checks, value) => checks with { Dmarc = value },
                "DMARC (RFC 9989). enforce: reject or hold as the sender's policy says, unless a trusted forwarder saw it pass; "
                + "needs spf and dkim.", "on")
            .Key("arc", Arc, (checks, value) => checks with { Arc = value }, "ARC (RFC 8617).", "on")
            .Key("dnsbl", new ListShape<DnsListOptions>(Dnsbl), (checks, value) => checks with { Dnsbl = value },
                "Lists of bad or good clients; a verdict for rules.")
            .Key("iprev", CheckShape.Of("PTR of the client."), (checks, value) => checks with { Iprev = value },
                "PTR of the client and its confirmation: the fact client_name. enforce: 550 5.7.25 without a confirmed name.", "on")
            .Key("greylist", new ByKindShape<GreylistOptions?>(GreylistWord, Greylist.As(value => (GreylistOptions?)value)),
                (checks, value) => checks with { Greylist = value }, "Strangers get 451 once and are taken when they come back.", "off")
            .Key("smime", SecureMailSections.Smime, (checks, value) => checks with { Smime = value },
                "S/MIME (RFC 8551): signatures are checked, mail is decrypted. Off without it.")
            .Key("openpgp", SecureMailSections.OpenPgp, (checks, value) => checks with { OpenPgp = value },
                "OpenPGP (RFC 3156): signatures are checked, mail is decrypted. Off without it.")
            .Key("signatures", SecureMailSections.Signatures, (checks, value) => checks with { Signatures = value },
                "What S/MIME and OpenPGP may cost: facts signature and signer.")
            .Key("limits", Limits, (checks, value) => checks with { Limits = value },
                "What the checks of one mail may cost.")
            .Check((checks, node, reading) =>
            {
                if (!checks.Dmarc.IsOn || checks is { Spf.IsOn: true, Dkim.IsOn: true })
                    return;
                var off = checks.Spf.IsOn ? "dkim" : checks.Dkim.IsOn ? "spf" : "spf and dkim";
                var remedy = off == "spf and dkim" ? "spf: on, dkim: on" : $"{off}: on";
                if (checks.Dmarc.Mode == CheckMode.Enforce)
                    reading.Error(
                        node["dmarc"] ?? node,
                        $"dmarc: enforce needs spf and dkim: with {off} off no mail fails, so that nothing is refused", remedy);
                else
                    reading.Problems.Warn(
                        (node["dmarc"] ?? node["spf"] ?? node["dkim"] ?? node).Position,
                        checks.JudgesAuthors
                            ? $"dmarc is on and {off} is off: a mail that {off} could have proved is none, and no mail fails"
                            : "dmarc is on, and spf and dkim are off: dmarc and verdict are none for every mail",
                        $"{remedy}, or dmarc: off");
            });

    public static SectionShape<AuthenticationLimits> Limits =>
        new SectionShape<AuthenticationLimits>("What the checks of one mail may cost.", () => new AuthenticationLimits())
        // As for scanners: SMTP clients wait ten minutes for the reply to the data.
        .Key("dns_time", Scalars.Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(4)),
            (limits, value) => limits with { DnsTime = value },
            "All its DNS look-ups together, six tenths for SPF; what is not answered by then is temperror; at most 4m.", "10s")
        .Key("dns_queries", Scalars.Whole(1, 100), (limits, value) => limits with { DnsQueries = value },
            "Its DNS queries at the same time; divided as docs/sender-limits.md says.", "8")
        .Key("spf_terms", Scalars.Whole(1, 100), (limits, value) => limits with { SpfTerms = value },
            "Terms of its SPF check that cause look-ups (RFC 7208 §4.6.4); more are permerror.", "10")
        .Key("spf_void_lookups", Scalars.Whole(0, 100), (limits, value) => limits with { SpfVoidLookups = value },
            "Look-ups of its SPF check that may find nothing (RFC 7208 §4.6.4); more are permerror.", "2")
        .Key("dkim_signatures", Scalars.Whole(1, 100), (limits, value) => limits with { DkimSignatures = value },
            "DKIM signatures that are checked; further ones are policy.", "10")
        .Key("arc_sets", Scalars.Whole(1, 50), (limits, value) => limits with { ArcSets = value },
            "ARC sets that are checked (RFC 8617 §4.2.1 allows 50); a longer chain fails.", "50");

    private static ByKindShape<(CheckOptions Check, int Bits)> Dkim => new(
        CheckShape.Word.As(check => (check, 1024)),
        CheckShape.AddTo(
            new SectionShape<(CheckOptions Check, int Bits)>("DKIM (RFC 6376).", () => (new CheckOptions(), 1024)), dkim => dkim.Check,
            (dkim, value) => (value, dkim.Bits))
            .Key("minimum_rsa_bits", Scalars.Whole(1024, 4096), (dkim, value) => (dkim.Check, value),
                "Shorter keys don't pass (RFC 8301).", "1024"));

    private static ByKindShape<ArcOptions> Arc => new(
        CheckShape.OnOff.As(isOn => new ArcOptions { IsOn = isOn }),
        new SectionShape<ArcOptions>("ARC (RFC 8617).", () => new ArcOptions())
            .Key("mode", CheckShape.OnOff, (arc, value) => arc with { IsOn = value }, "off, or on (a verdict only).", "on")
            .Key("trusted_sealers", new ListShape<string>(Scalars.DomainPattern), (arc, value) => arc with { TrustedSealers = value },
                "Domains whose seals are trusted; *.example.com for the names below one."));

    private static SectionShape<DnsListOptions> Dnsbl =>
        new SectionShape<DnsListOptions>("One list.", () => new DnsListOptions { Zone = string.Empty })
        {
            Hint = text => HostNameText.TryParse(text, out var zone) ? $"{{ zone: {zone} }}" : "{ zone: DOMAIN }",
        }
        .Required("zone", Scalars.HostName, (list, value) => list with { Zone = value }, "the list's domain")
        .Key("codes", new ListShape<DnsListCodes>(Codes, singleToo: true, minimum: 1), (list, value) => list with { Codes = value },
            "Answers that count: 127.0.0.2, or a range as 127.0.0.4-127.0.0.11. Default: all of 127.0.0.0/8 except "
            + "127.255.255.0/24, by which lists report errors.")
        .Key("timeout", Scalars.Duration(), (list, value) => list with { Timeout = value }, "After it the list counts as silent.", "2s")
        .Key("allow", Scalars.Toggle, (list, value) => list with { Allow = value }, "It lists good clients, which also skip greylisting.",
            "false");

    private static ScalarShape<DnsListCodes> Codes =>
        new("an answer of a DNS list", DnsListCodes.TryParse, () => new System.Text.Json.Nodes.JsonObject { ["type"] = "string" })
        {
            Hint = _ => "such as 127.0.0.2 or 127.0.0.4-127.0.0.11",
            Complaint = codes => codes.ToString().Split('-').All(code => code.StartsWith("127.", StringComparison.Ordinal))
                ? null : "DNS lists answer in 127.0.0.0/8",
        };

    private static ScalarShape<GreylistOptions?> GreylistWord =>
        Scalars.Choice<GreylistOptions?>(("off", null), ("on", new GreylistOptions()));

    private static SectionShape<GreylistOptions> Greylist => new SectionShape<GreylistOptions>("Greylisting.", () => new GreylistOptions())
        .Key("delay", Scalars.Duration(), (greylist, value) => greylist with { Delay = value }, "How soon is too soon.", "5m")
        .Key("expire", Scalars.Duration(), (greylist, value) => greylist with { Expire = value }, "How long a known sender is remembered.",
            "35d")
        .Check((greylist, node, reading) =>
        {
            if (greylist.Expire <= greylist.Delay)
                reading.Error(node["expire"] ?? node, "expire is not longer than delay: nobody would ever be known", "expire: 35d");
        });
}
