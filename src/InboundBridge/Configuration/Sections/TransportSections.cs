using System.Text.Json.Nodes;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Values;
using InboundBridge.MailFlow.TransportSecurity.MtaSts;
using InboundBridge.Smtp.Client;

namespace InboundBridge.Configuration.Sections;

/// <summary><c>mta_sts</c> and <c>tls_reports</c>.</summary>
internal static class TransportSections
{
    public static SectionShape<MtaStsOptions> MtaSts { get; } =
        new SectionShape<MtaStsOptions>("The MTA-STS policy of our domains, served at /.well-known/mta-sts.txt.", () => new MtaStsOptions())
        .Key("mode",
            Scalars.Choice(("testing", MtaStsMode.Testing), ("enforce", MtaStsMode.Enforce), ("none", MtaStsMode.None)),
            (policy, value) => policy with { Mode = value },
            "enforce: others send mail only over TLS with a valid certificate. testing: they only report. none: withdraws a policy.",
            "testing")
        .Key("max_age", Scalars.Duration(TimeSpan.FromMinutes(1), TimeSpan.FromDays(365)),
            (policy, value) => policy with { MaxAge = value },
            "How long others may keep the policy, at most a year.", "7d")
        .Key("mx", new ListShape<string>(HostPattern, singleToo: true), (policy, value) => policy with { Mx = value },
            "The domains' mail exchangers; *.example.com stands for one label. Default: hostname.");

    public static SectionShape<TlsReportOptions> TlsReports { get; } =
        new SectionShape<TlsReportOptions>(
            "Reports to other domains about TLS with their servers (RFC 8460).", () => new TlsReportOptions())
        .Required("from", Mailbox, (reports, value) => reports with { From = value }, "the reports' sender")
        .Required("via", Scalars.Text, (reports, value) => reports with { Via = value }, "the relay destination that sends them")
        .Key("interval", Scalars.Duration(TimeSpan.FromHours(1)), (reports, value) => reports with { Interval = value },
            "The time that one report covers, at least 1h.", "1d");

    private static ScalarShape<string> HostPattern => new("a host name", ParsePattern, () => new JsonObject { ["type"] = "string" })
    {
        Hint = _ => "such as mx1.example.com or *.example.com",
    };

    private static ScalarShape<string> Mailbox => new("an address", ParseMailbox, () => new JsonObject { ["type"] = "string" })
    {
        Hint = _ => "such as tlsrpt@example.com",
    };

    private static bool ParsePattern(string text, out string value)
    {
        var isPattern = text.StartsWith("*.", StringComparison.Ordinal);
        var isName = HostNameText.TryParse(isPattern ? text[2..] : text, out var name);
        value = isPattern ? "*." + name : name;
        return isName;
    }

    private static bool ParseMailbox(string text, out string value)
    {
        value = text;
        var at = text.LastIndexOf('@');
        return at > 0 && System.Text.Ascii.IsValid(text) && EnvelopeText.IsSafe(text) && HostNameText.TryParse(text[(at + 1)..], out _);
    }
}
