using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;

namespace InboundBridge.Configuration.Sections;

internal static class ScannersSection
{
    public static SectionShape<ScannerOptions> Shape { get; } =
        new SectionShape<ScannerOptions>("Scanners that rules may ask.", () => new ScannerOptions())
        .Key("rspamd", Rspamd, (scanners, value) => scanners with { RspamdUrl = value }, "Facts spam_score and spam_action.")
        .Key("clamav", Clamav.As(address => (System.Net.EndPoint?)address), (scanners, value) => scanners with { Clamav = value },
            "Fact virus.")
        .Key("on_unavailable", Scalars.Choice(("accept", ScannerUnavailable.Accept), ("defer", ScannerUnavailable.Defer)),
            (scanners, value) => scanners with { OnUnavailable = value }, "When a scanner that a rule asks gives no answer.", "defer");

    private static SectionShape<string> Rspamd => new SectionShape<string>("rspamd.", () => string.Empty)
        .Required("url", Scalars.Url, (_, value) => value, "such as http://127.0.0.1:11333");

    private static SectionShape<System.Net.EndPoint> Clamav =>
        new SectionShape<System.Net.EndPoint>("clamd.", () => new System.Net.IPEndPoint(0, 0))
        .Required(
            "address", new EndPointShape(toListen: false), (_, value) => value, "such as 127.0.0.1:3310 or unix:/run/clamav/clamd.ctl");
}
