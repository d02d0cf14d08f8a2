using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Scanning;

namespace InboundBridge.Configuration.Sections;

internal static class ScannersSection
{
    public static SectionShape<ScannerOptions> Shape { get; } =
        new SectionShape<ScannerOptions>("Scanners that rules may ask.", () => new ScannerOptions())
        .Key("rspamd", Rspamd, (scanners, value) => scanners with { Rspamd = value }, "Facts spam_score and spam_action.")
        .Key("clamav", Clamav, (scanners, value) => scanners with { Clamav = value }, "Fact virus.")
        .Key("on_unavailable", Scalars.Choice(("accept", ScannerUnavailable.Accept), ("defer", ScannerUnavailable.Defer)),
            (scanners, value) => scanners with { OnUnavailable = value },
            "When a scanner that is asked gives no answer: the mail passes unscanned, or gets 451.", "defer");

    private static ScalarShape<TimeSpan> Timeout => Scalars.Duration(TimeSpan.FromMilliseconds(1), ScannerLimits.LongestTimeout);

    private static SectionShape<RspamdOptions> Rspamd => new SectionShape<RspamdOptions>("rspamd.", () => new RspamdOptions())
        .Required("url", Scalars.Url, (rspamd, value) => rspamd with { Url = value }, "such as http://127.0.0.1:11333")
        .Key("concurrency", Scalars.Whole(1, 1000), (rspamd, value) => rspamd with { Concurrency = value },
            "Mails at the same time; more wait for a place within their time-out.", "10")
        .Key("timeout", Timeout, (rspamd, value) => rspamd with { Timeout = value },
            "From the connection, or the wait for a place, to the whole answer; at most 4m.", "10s");

    private static SectionShape<ClamavOptions> Clamav => new SectionShape<ClamavOptions>("clamd.", () => new ClamavOptions())
        .Required(
            "address", new EndPointShape(toListen: false), (clamav, value) => clamav with { Address = value },
            "such as 127.0.0.1:3310 or unix:/run/clamav/clamd.ctl")
        .Key("concurrency", Scalars.Whole(1, 1000), (clamav, value) => clamav with { Concurrency = value },
            "Mails at the same time; more wait for a place within their time-out.", "10")
        .Key("timeout", Timeout, (clamav, value) => clamav with { Timeout = value },
            "From the connection, or the wait for a place, to the whole answer; at most 4m.", "10s");
}
