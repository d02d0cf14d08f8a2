using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options.Watching;
using InboundBridge.Configuration.Values;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Sections;

/// <summary><c>notify</c>, <c>telemetry</c> and <c>log.syslog</c>.</summary>
internal static class WatchingSections
{
    private static readonly ScalarShape<NoticeKind> Kind = Scalars.Choice(
        ("dead_letter", NoticeKind.DeadLetter), ("circuit_opened", NoticeKind.CircuitOpened), ("certificate", NoticeKind.Certificate),
        ("disk", NoticeKind.Disk), ("reload_failed", NoticeKind.ReloadFailed));

    public static SectionShape<NotifyOptions> Notify { get; } =
        new SectionShape<NotifyOptions>("A webhook that hears what needs a person (notices.md).", () => new NotifyOptions())
        .Required("webhook", Scalars.Text, (notify, value) => notify with { Webhook = value }, "the webhook destination that hears")
        .Key("events", new ListShape<NoticeKind>(Kind, singleToo: true, minimum: 1),
            (notify, value) => notify with { Events = [.. value.Distinct()] }, "What it hears of. Default: all of these.");

    public static SectionShape<TelemetryOptions> Telemetry { get; } =
        new SectionShape<TelemetryOptions>("Traces and logs for an OpenTelemetry collector (telemetry.md).", () => new TelemetryOptions())
        .Required("otlp", Scalars.Url, (telemetry, value) => telemetry with { Otlp = value },
            "the collector: gRPC, or protobuf over HTTP with port 4318 or a path")
        .Key("traces", Scalars.Toggle, (telemetry, value) => telemetry with { Traces = value },
            "A trace follows each mail from SMTP to its last delivery.", "true")
        .Key("logs", Scalars.Toggle, (telemetry, value) => telemetry with { Logs = value }, "The log goes there too.", "false")
        .Key("sample", Scalars.Percentage, (telemetry, value) => telemetry with { Sample = value },
            "How many of the mails are traced; decided once for each.", "100%")
        .Check(CheckTelemetry);

    public static ScalarShape<SyslogAddress> Syslog { get; } =
        new("a syslog receiver", ParseSyslog, () => new JsonObject { ["type"] = "string" }) { Hint = SyslogHint };

    private static void CheckTelemetry(TelemetryOptions telemetry, YamlMapping section, ConfigReading reading)
    {
        if (!Uri.TryCreate(telemetry.Otlp, UriKind.Absolute, out var url) || url.Query.Length > 0)
            reading.Error(section["otlp"] ?? section, "it is no address of a collector", "such as http://127.0.0.1:4317");
        else if (!telemetry.Traces && !telemetry.Logs)
            reading.Problems.Warn(section.Position, "neither traces nor logs are sent", "traces: true, or remove the section");
    }

    private static bool ParseSyslog(string text, [MaybeNullWhen(false)] out SyslogAddress value)
    {
        value = null;
        if (!SyslogText.TryParse(text, out var scheme, out var endPoint))
            return false;
        var transport = scheme switch
        {
            "udp" => SyslogTransport.Udp,
            "tcp" => SyslogTransport.Tcp,
            "tls" => SyslogTransport.Tls,
            _ => SyslogTransport.Unix,
        };
        value = new SyslogAddress(transport, endPoint, text);
        return true;
    }

    private static string SyslogHint(string text)
    {
        var scheme = text.Split(':')[0];
        return !SyslogText.Schemes.Contains(scheme, StringComparer.Ordinal) && NearestName.Find(scheme, [.. SyslogText.Schemes]) is { } near
            ? $"did you mean '{near}:'?" : SyslogText.Examples;
    }
}
