using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Destinations;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Reception.ForgedResults;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Configuration.Sections;

internal static class RootSection
{
    /// <summary>
    /// Names and paths that depend on the machine or the file are empty; <see cref="ConfigurationReader"/> fills them in.
    /// </summary>
    public static ApplianceOptions Defaults => new()
    {
        Version = string.Empty,
        Hostname = string.Empty,
        Smtp = SmtpSection.Defaults,
        Authentication = new AuthenticationOptions { AuthservId = string.Empty },
        Rules = new RulesOptions { Path = string.Empty },
        Spool = new SpoolOptions { Path = string.Empty },
    };

    public static SectionShape<ApplianceOptions> Shape { get; } =
        new SectionShape<ApplianceOptions>("InboundBridge's configuration.", () => Defaults)
        .Key("hostname", Scalars.HostNameOrLiteral, (options, value) => options with { Hostname = value },
            "The name in the banner, EHLO and Received. Default: the machine's name.")
        .Key("domains", new ListShape<string>(Scalars.DomainPattern, warnsIfEmpty: false),
            (options, value) => options with { Domains = value },
            "Recipient domains for which mail is accepted; *.example.com stands for every name below it.")
        .Key("recipients", RecipientsSection.Shape, (options, value) => options with { Recipients = value }, RecipientsSection.Shape.About)
        .Key("smtp", SmtpSection.Shape, (options, value) => options with { Smtp = value }, SmtpSection.Shape.About)
        .Key("tls", TlsSection.Shape, (options, value) => options with { Tls = value }, TlsSection.Shape.About)
        .Key("users", SmallSections.Users, (options, value) => options with { UsersFile = value }, SmallSections.Users.About)
        .Key("authentication", AuthenticationSection.Shape, (options, value) => options with { Authentication = value },
            AuthenticationSection.Shape.About)
        .Key("scanners", ScannersSection.Shape, (options, value) => options with { Scanners = value }, ScannersSection.Shape.About)
        .Key("rules", RulesSection.Shape, (options, value) => options with { Rules = value }, RulesSection.Shape.About)
        .Key("scripts", SmallSections.Scripts, (options, value) => options with { Scripts = value }, SmallSections.Scripts.About)
        .Key("spool", SpoolSection.Shape, (options, value) => options with { Spool = value.Store, Postgres = value.Postgres },
            SpoolSection.Shape.About)
        .Key("delivery", DeliverySection.Shape, (options, value) => options with { Delivery = value }, DeliverySection.Shape.About)
        .Key("destinations", new DestinationsShape(), (options, value) => options with { Destinations = value },
            "Webhooks, LMTP servers and SMTP relays by name.")
        .Key("mta_sts", TransportSections.MtaSts, (options, value) => options with { MtaSts = value }, TransportSections.MtaSts.About)
        .Key("tls_reports", TransportSections.TlsReports, (options, value) => options with { TlsReports = value },
            TransportSections.TlsReports.About)
        .Key("http", HttpSection.Shape, (options, value) => options with { Http = value }, HttpSection.Shape.About)
        .Key("dns", SmallSections.Dns, (options, value) => options with { Dns = value }, SmallSections.Dns.About)
        .Key("log", SmallSections.Log, (options, value) => options with { Log = value }, SmallSections.Log.About)
        .Key("telemetry", WatchingSections.Telemetry, (options, value) => options with { Telemetry = value },
            WatchingSections.Telemetry.About)
        .Key("notify", WatchingSections.Notify, (options, value) => options with { Notify = value }, WatchingSections.Notify.About);
}
