using System.Net;
using System.Text.Json.Nodes;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Values;

namespace InboundBridge.Configuration.Sections;

internal static class HttpSection
{
    public static SectionShape<HttpOptions> Shape { get; } = new SectionShape<HttpOptions>("UI, API, metrics and health.", () => new HttpOptions())
        .Key("listen", new EndPointShape(toListen: true), (http, value) => http with { Listen = value }, "Off loopback it demands tokens. Default: 127.0.0.1:8080.")
        .Key("public_url", Scalars.Url, (http, value) => http with { PublicUrl = new Uri(value) }, "Where webhook receivers reach this; without it payloads carry no links.")
        .Key("tokens", new ListShape<HttpToken>(Token), (http, value) => http with { Tokens = value }, "Who may use the API.")
        .Key("metrics", Metrics, (http, value) => http with { MetricsOpen = value }, "GET /metrics.")
        .Check((http, node, reading) =>
        {
            if (!EndPointText.IsLoopback(http.Listen) && http.Tokens.Count == 0)
                reading.Error(node["listen"] ?? node, $"{EndPointText.Format(http.Listen)} can be reached from other machines, and there are no http.tokens",
                    "add a token, or listen on 127.0.0.1");
            foreach (var twice in http.Tokens.GroupBy(token => token.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
                reading.Error(node["tokens"] ?? node, $"two tokens are named '{twice.Key}'", "the name stands in the audit log");
        });

    private static SectionShape<HttpToken> Token => new SectionShape<HttpToken>("One token.", () => new HttpToken(string.Empty, string.Empty, TokenRole.Read))
        .Required("name", Scalars.Text, (token, value) => token with { Name = value }, "in the audit log")
        .Required("hash", Hash, (token, value) => token with { Hash = value.Reveal() }, "made by 'inboundbridge hash-password'")
        .Key("role", Scalars.Choice(("admin", TokenRole.Admin), ("read", TokenRole.Read)), (token, value) => token with { Role = value }, "read may change nothing.", "read");

    private static SectionShape<bool> Metrics => new SectionShape<bool>("GET /metrics.", () => true)
        .Key("open", Scalars.Toggle, (_, value) => value, "Answered without a token.", "true");

    public static ScalarShape<Secret> Hash => new("a hash", ParseHash, () => new JsonObject { ["type"] = "string" })
    {
        IsSecret = true,
        Hint = _ => "made by 'inboundbridge hash-password'",
    };

    private static bool ParseHash(string text, out Secret value)
    {
        value = new Secret(text);
        return SecretHash.TryParse(text, out _);
    }
}
