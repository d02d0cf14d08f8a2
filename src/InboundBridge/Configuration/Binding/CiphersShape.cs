using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using InboundBridge.Configuration.Options;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Binding;

/// <summary><c>compatible</c>, <c>modern</c>, or a list of cipher suites.</summary>
internal sealed class CiphersShape : ConfigShape<TlsCiphers>
{
    private static readonly ScalarShape<TlsCiphers> Word =
        Scalars.Choice(("compatible", TlsCiphers.Compatible), ("modern", TlsCiphers.Modern));

    private static readonly ListShape<System.Net.Security.TlsCipherSuite> Suites = new(
        new ScalarShape<System.Net.Security.TlsCipherSuite>(
            "a cipher suite", CipherSuiteNames.TryParse, () => new JsonObject { ["type"] = "string" })
        {
            Hint = text =>
                text.StartsWith("DHE-", StringComparison.OrdinalIgnoreCase)
                || text.StartsWith("TLS_DHE_", StringComparison.OrdinalIgnoreCase)
                ? "DHE suites are not supported; peers that offer them also offer AES256-GCM-SHA384 or AES256-SHA"
                : NearestName.Find(text, [.. CipherSuiteNames.Names]) is { } nearest
                ? $"did you mean '{nearest}'?" : "use OpenSSL's names, such as ECDHE-RSA-AES256-GCM-SHA384",
        },
        minimum: 1);

    public override bool TryRead(YamlNode node, ConfigReading reading, [MaybeNullWhen(false)] out TlsCiphers value)
    {
        if (node is not YamlSequence)
            return Word.TryRead(node, reading, out value);
        var isRead = Suites.TryRead(node, reading, out var suites);
        value = isRead ? TlsCiphers.Of(suites!) : null;
        return isRead;
    }

    public override JsonNode? Json(YamlNode node) => node is YamlSequence ? Suites.Json(node) : Word.Json(node);

    public override JsonObject Schema() => new() { ["anyOf"] = new JsonArray(Word.Schema(), Suites.Schema()) };
}
