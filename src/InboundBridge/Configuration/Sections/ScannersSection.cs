using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;

namespace InboundBridge.Configuration.Sections;

internal static class ScannersSection
{
    public static SectionShape<ScannerOptions> Shape { get; } =
        new SectionShape<ScannerOptions>("Scanners that rules may ask.", () => new ScannerOptions())
        .Key("rspamd", Rspamd, (scanners, value) => scanners with { Rspamd = value }, "Facts spam_score and spam_action.")
        .Key("clamav", Clamav, (scanners, value) => scanners with { Clamav = value }, "Fact virus.")
        .Key("on_unavailable", Scalars.Choice(("accept", ScannerUnavailable.Accept), ("defer", ScannerUnavailable.Defer)),
            (scanners, value) => scanners with { OnUnavailable = value }, "When a scanner that a rule asks gives no answer.", "defer");

    private static SectionShape<RspamdOptions> Rspamd => new SectionShape<RspamdOptions>("rspamd.", () => new RspamdOptions())
        .Required("url", Scalars.Url, (rspamd, value) => rspamd with { Url = value }, "such as http://127.0.0.1:11333")
        .Key("timeout", Scalars.Duration(), (rspamd, value) => rspamd with { Timeout = value },
            "From the connection to the whole answer.", "10s");

    private static SectionShape<ClamavOptions> Clamav => new SectionShape<ClamavOptions>("clamd.", () => new ClamavOptions())
        .Required(
            "address", new EndPointShape(toListen: false), (clamav, value) => clamav with { Address = value },
            "such as 127.0.0.1:3310 or unix:/run/clamav/clamd.ctl")
        .Key("timeout", Scalars.Duration(), (clamav, value) => clamav with { Timeout = value },
            "From the connection to the whole answer.", "10s");
}
