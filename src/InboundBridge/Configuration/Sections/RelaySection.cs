using System.Net;
using System.Text.Json.Nodes;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Values;
using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.Rules.Yaml;

namespace InboundBridge.Configuration.Sections;

internal static class RelaySection
{
    public static SectionShape<DestinationSettings> Shape { get; } = QueueKeys.Keys(new SectionShape<DestinationSettings>("An SMTP relay.", () => Named(string.Empty))
        .Key("host", Host, (destination, value) => Set(destination, Of(destination) with { Host = value }), "The smarthost: a name, an address or unix:/path.")
        .Key("port", Scalars.Whole(1, 65535), (destination, value) => Set(destination, Of(destination) with { Port = value }), "Its port; 465 with tls: implicit.", "25")
        .Key("tls", Scalars.Choice(("opportunistic", RelayTls.Opportunistic), ("require", RelayTls.Require), ("implicit", RelayTls.Implicit), ("off", RelayTls.Off)),
            (destination, value) => Set(destination, Of(destination) with { Tls = value }),
            "require: a valid certificate, or the message waits. implicit: TLS from the first octet.", "opportunistic")
        .Key("trusted_certificates", new PathShape(PathMustBe.File), (destination, value) => Set(destination, Of(destination) with { TrustedCertificates = value }),
            "A PEM file of authorities to trust instead of the system's.")
        .Key("auth", Auth, (destination, value) => Set(destination, Of(destination) with { User = value.User, Password = value.Password }), "How the relay knows us.")
        .Key("mx", Scalars.Toggle, (destination, value) => Set(destination, Of(destination) with { Mx = value }),
            "The recipients' own mail exchangers instead of a smarthost.", "false")
        .Key("allow_private_addresses", Scalars.Toggle, (destination, value) => Set(destination, Of(destination) with { AllowPrivateAddresses = value }),
            "With mx: connect to loopback and private addresses too, when a recipient's domain leads there.", "false")
        .Key("srs", Scalars.Secret, (destination, value) => destination with { RelayExtras = destination.RelayExtras with { Srs = value } },
            "Rewrites the senders of forwarded mail (SRS) with this secret.")
        .Key("dkim", Dkim, (destination, value) => destination with { RelayExtras = destination.RelayExtras with { Dkim = value } }, "Signs what is sent.")
        .Key("connection_reuse", Scalars.Whole(1), (destination, value) => Set(destination, Of(destination) with { ConnectionReuse = value }),
            "Messages on one connection before it is closed.", "100")
        .Key("connect_timeout", Scalars.Duration(), (destination, value) => Set(destination, Of(destination) with { ConnectTimeout = value }), "For connecting.", "30s")
        .Key("command_timeout", Scalars.Duration(), (destination, value) => Set(destination, Of(destination) with { CommandTimeout = value }), "For one reply.", "5m")
        .Key("data_timeout", Scalars.Duration(), (destination, value) => Set(destination, Of(destination) with { DataTimeout = value }), "For the reply to the data.", "10m")
        .Key("idle_timeout", Scalars.Duration(), (destination, value) => Set(destination, Of(destination) with { IdleTimeout = value }), "How long an idle connection is kept.", "30s"), onFailure: "bounce")
        .Check(CheckTarget);

    private static SectionShape<(string User, string Password)> Auth => new SectionShape<(string User, string Password)>("User and password.", () => (string.Empty, string.Empty))
        .Required("user", Scalars.Text, (auth, value) => (value, auth.Password), "the user's name")
        .Required("password", Scalars.Secret, (auth, value) => (auth.User, value.Reveal()), "the password");

    private static SectionShape<DkimSigningOptions> Dkim => new SectionShape<DkimSigningOptions>("A DKIM key.", () => new DkimSigningOptions())
        .Required("domain", Scalars.HostName, (dkim, value) => dkim with { Domain = value }, "whose name is signed with")
        .Required("selector", Scalars.HostName, (dkim, value) => dkim with { Selector = value }, "which of its keys")
        .Required("key", new PathShape(PathMustBe.File), (dkim, value) => dkim with { Key = value }, "the private key, PEM");

    private static ScalarShape<string> Host => new("a host", ParseHost, () => new JsonObject { ["type"] = "string" })
    {
        Hint = text => EndPointText.TryParse(text, out var endPoint) && endPoint is DnsEndPoint or IPEndPoint ? "the port stands under its own key" : "a name, an address or unix:/path",
    };

    public static DestinationSettings Named(string name) => new()
    {
        Queue = new DestinationOptions { Name = name, Kind = "relay", OnFailure = "bounce" },
        Relay = new RelayOptions { Name = name, Host = string.Empty, Hostname = string.Empty },
    };

    private static RelayOptions Of(DestinationSettings destination) => destination.Relay!;

    private static DestinationSettings Set(DestinationSettings destination, RelayOptions relay) => destination with { Relay = relay };

    private static void CheckTarget(DestinationSettings destination, YamlMapping node, ConfigReading reading)
    {
        var (host, mx, tls) = (Of(destination).Host, Of(destination).Mx, Of(destination).Tls);
        if (host.Length == 0 && !mx)
            reading.Error(node, "'host' is missing", "the smarthost, or mx: true");
        else if (host.Length > 0 && mx)
            reading.Error(node["mx"]!, "host and mx exclude each other", "remove one of the two");
        if (Of(destination).AllowPrivateAddresses && !mx)
            reading.Problems.Warn(node["allow_private_addresses"]!.Position, "allow_private_addresses has no effect without mx: true", "a configured host may have any address");
        // RFC 4954 §4: a password in the clear is for anybody on the way.
        if (Of(destination).Password is not null && tls is RelayTls.Off or RelayTls.Opportunistic && !IsLocal(host))
            reading.Problems.Warn((node["tls"] ?? node["auth"] ?? node).Position, "the password may travel unencrypted", "tls: require");
    }

    private static bool IsLocal(string host) =>
        host is "localhost" || host.StartsWith("unix:", StringComparison.Ordinal) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static bool ParseHost(string text, out string value)
    {
        value = text;
        return text.StartsWith("unix:/", StringComparison.Ordinal) || IPAddress.TryParse(text, out _) || HostNameText.TryParse(text, out value);
    }
}
