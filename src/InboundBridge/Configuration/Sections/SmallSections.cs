using System.Net;
using System.Text.Json.Nodes;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Values;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Configuration.Sections;

/// <summary><c>scripts</c>, <c>dns</c>, <c>log</c>, <c>users</c>.</summary>
internal static class SmallSections
{
    public static SectionShape<ScriptOptions> Scripts { get; } =
        new SectionShape<ScriptOptions>("Limits of one run of a script.", () => new ScriptOptions())
        .Key("timeout", Scalars.Duration(), (scripts, value) => scripts with { Timeout = value }, "Time limit.", "100ms")
        .Key("memory", Scalars.Size(1024 * 1024), (scripts, value) => scripts with { Memory = value }, "Memory limit.", "16MB")
        .Key("statements", Scalars.Whole(1), (scripts, value) => scripts with { Statements = value },
            "Limit of statements executed.", "100000")
        .Key("recursion", Scalars.Whole(1, 1000), (scripts, value) => scripts with { Recursion = value }, "Limit of nested calls.", "64");

    public static SectionShape<DnsOptions> Dns { get; } = new SectionShape<DnsOptions>("DNS look-ups.", () => new DnsOptions())
        .Key("servers", new ListShape<IPEndPoint>(NameServer), (dns, value) => dns with { Servers = value },
            "Name servers: 192.0.2.53, or with a port 127.0.0.1:5353, [2001:db8::53]:5353. The port is 53 unless given. Default: the system's.")
        .Key("timeout", Scalars.Duration(), (dns, value) => dns with { Timeout = value },
            "Time limit of a look-up, with all its tries and aliases.", "5s")
        .Key("cache", Scalars.Toggle, (dns, value) => dns with { Cache = value },
            "Keeps answers for their TTL, at most 1 day (negative ones 1 hour, failures 2 s); those with TTL 0 never. At most 32 MB.", "true");

    public static SectionShape<LogOptions> Log { get; } =
        new SectionShape<LogOptions>("The log, one line an event.", () => new LogOptions())
        .Key("format", Scalars.Choice(("text", LogFormat.Text), ("json", LogFormat.Json)), (log, value) => log with { Format = value },
            "text is for people, json for programs.", "text")
        .Key("level",
            Scalars.Choice(
                ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("info", LogLevel.Information), ("warn", LogLevel.Warning),
                ("error", LogLevel.Error)),
            (log, value) => log with { Level = value }, "Events below this level are left out.", "info")
        .Key("syslog", WatchingSections.Syslog, (log, value) => log with { Syslog = value },
            "A syslog receiver (RFC 5424) beside standard output: udp://HOST:PORT, tcp://…, tls://… or unix:/dev/log. Default: none.");

    public static SectionShape<string> Users { get; } = new SectionShape<string>("The users who may submit mail.", () => string.Empty)
        .Required("file", new PathShape(PathMustBe.File), (_, value) => value, "name, password hash, addresses and domains of each user");

    private static ScalarShape<IPEndPoint> NameServer =>
        new("a name server's address", ParseNameServer, () => new JsonObject { ["type"] = "string" })
        {
            Hint = _ => "such as 127.0.0.1:5353 or 192.0.2.53",
        };

    private static bool ParseNameServer(string text, out IPEndPoint value)
    {
        value = new IPEndPoint(IPAddress.None, 53);
        if (EndPointText.TryParse(text, out var endPoint) && endPoint is IPEndPoint { Port: > 0 } withPort)
            value = withPort;
        else if (IpAddressText.TryParseLocal(text, out var address))
            value = new IPEndPoint(address, 53);
        else
            return false;
        return true;
    }
}
