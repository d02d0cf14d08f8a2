using System.Net;
using System.Text.Json.Nodes;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Secrets;
using InboundBridge.Configuration.Values;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Sections;

internal static class HttpSection
{
    public static SectionShape<HttpOptions> Shape { get; } =
        new SectionShape<HttpOptions>("UI, API, metrics and health.", () => new HttpOptions())
        .Key("listen", ListenOn,
            (http, value) => http with { Listen = value.Address, ListenTls = value.IsTls },
            "An address, or { address, tls: implicit }. An address other than loopback requires tokens. Default: 127.0.0.1:8080.")
        .Key("public_url", Scalars.Url, (http, value) => http with { PublicUrl = new Uri(value) },
            "The URL at which webhook receivers reach this appliance; without it payloads contain no links. Requires tokens or public_listen.")
        .Key("public_listen", Address, (http, value) => http with { PublicListen = value },
            "An address that serves only signed links and /.well-known/mta-sts.txt, so that nothing else needs to be reachable from outside.")
        .Key("tokens", new ListShape<HttpToken>(Token), (http, value) => http with { Tokens = value }, "Who may use the API.")
        .Key("metrics", Metrics, (http, value) => http with { MetricsOpen = value }, "GET /metrics.")
        .Key("limits", Limits, (http, value) => http with { Limits = value }, "Limits of the HTTP side.")
        .Check(CheckReach)
        .Check((http, node, reading) =>
        {
            foreach (var twice in http.Tokens.GroupBy(token => token.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
                reading.Error(node["tokens"] ?? node, $"two tokens are named '{twice.Key}'", "the audit log shows the name");
        });

    /// <summary>The value of <c>http.listen</c>.</summary>
    public static ConfigShape<Listening> ListenOn =>
        new ByKindShape<Listening>(Address.As(address => new Listening(address, false)), Listen);

    private static EndPointShape Address => new(toListen: true);

    private static SectionShape<Listening> Listen =>
        new SectionShape<Listening>("Where to listen.", () => new Listening(new HttpOptions().Listen, false))
        .Required("address", Address, (listen, value) => listen with { Address = value }, "an address and a port, or unix:/path")
        .Key("tls", Scalars.Choice(("off", false), ("implicit", true)), (listen, value) => listen with { IsTls = value },
            "implicit: HTTPS, with the certificates of 'tls'.", "off");

    private static SectionShape<HttpLimits> Limits => new SectionShape<HttpLimits>("Limits of the HTTP side.", () => new HttpLimits())
        .Key("connections", Scalars.Whole(10, 100_000), (limits, value) => limits with { Connections = value },
            "Connections at the same time; an idle one is closed to make room for a new one.", "1000")
        .Key("connections_per_client", Scalars.Whole(10, 100_000), (limits, value) => limits with { ConnectionsPerClient = value },
            "Connections at the same time from one IPv4 address or one IPv6 /64.", "250");

    /// <summary>An address that other machines can reach requires tokens.</summary>
    private static void CheckReach(HttpOptions http, YamlMapping node, ConfigReading reading)
    {
        if (http.PublicListen is { } address && EndPointText.Format(address) == EndPointText.Format(http.Listen)
            && address is not IPEndPoint { Port: 0 })
            reading.Error(
                node["public_listen"] ?? node, "public_listen and listen are the same address",
                "public_listen needs an address of its own");
        if (http.Tokens.Count > 0)
            return;
        if (!EndPointText.IsLoopback(http.Listen))
            reading.Error(
                node["listen"] ?? node,
                $"{EndPointText.Format(http.Listen)} can be reached from other machines, and there are no http.tokens",
                "add a token, or listen on 127.0.0.1");
        else if (http.PublicUrl is not null && http.PublicListen is null)
            reading.Error(node["public_url"] ?? node, "public_url makes this address public, and there are no http.tokens",
                "add a token (inboundbridge hash-password --generate), or serve only the links, on an address of their own: public_listen");
    }

    private static SectionShape<HttpToken> Token =>
        new SectionShape<HttpToken>("One token.", () => new HttpToken(string.Empty, string.Empty, TokenRole.Read))
        .Required("name", Scalars.Text, (token, value) => token with { Name = value }, "shown in the audit log")
        .Required("hash", TokenHash, (token, value) => token with { Hash = value.Reveal() }, "made by 'inboundbridge hash-password'")
        .Key("role", Scalars.Choice(("admin", TokenRole.Admin), ("read", TokenRole.Read)), (token, value) => token with { Role = value },
            "read allows no changes.", "read");

    private static SectionShape<bool> Metrics => new SectionShape<bool>("GET /metrics.", () => true)
        .Key("open", Scalars.Toggle, (_, value) => value, "Answers without a token.", "true");

    public static ScalarShape<Secret> Hash => new("a hash", ParseHash, () => new JsonObject { ["type"] = "string" })
    {
        IsSecret = true,
        Hint = _ => "made by 'inboundbridge hash-password'",
    };

    private static ScalarShape<Secret> TokenHash => new("a hash", ParseTokenHash, () => new JsonObject { ["type"] = "string" })
    {
        IsSecret = true,
        Hint = _ => "made by 'inboundbridge hash-password'",
    };

    private static bool ParseTokenHash(string text, out Secret value) => ParseHash(text, out value) || TokenDigest.TryParse(text, out _);

    private static bool ParseHash(string text, out Secret value)
    {
        value = new Secret(text);
        return SecretHash.TryParse(text, out _);
    }

    internal sealed record Listening(EndPoint Address, bool IsTls);
}
