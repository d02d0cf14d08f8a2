using System.Text;
using System.Text.Json.Nodes;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Secrets;
using InboundBridge.MailFlow.SenderRewriting;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Destinations.Relay;

/// <summary><c>srs</c>: a secret, or a mapping with the domain and one or more secrets.</summary>
internal static class SrsShape
{
    /// <summary>
    /// Octets. Everybody who gets a forwarded mail sees a proof made with the secret, and can try out short ones. Only a warning, since
    /// secrets come along from other programs.
    /// </summary>
    private const int ShortestSecret = 16;

    public static ConfigShape<SrsOptions> Shape { get; } = new ByKindShape<SrsOptions>(
        new ScalarShape<SrsOptions>("a secret", Parse, () => new JsonObject { ["type"] = "string" }) { IsSecret = true },
        new SectionShape<SrsOptions>("How the senders of forwarded mail are rewritten.", () => new SrsOptions { Secrets = [] })
            .Key("domain", Scalars.HostName, (srs, value) => srs with { Domain = value },
                "The domain of the rewritten senders, whose mail comes to us. Default: smtp.hostname.")
            .Required("secret", new ListShape<Secret>(Scalars.Secret, singleToo: true, minimum: 1),
                (srs, value) => srs with { Secrets = [.. value.Select(secret => secret.Reveal())] },
                "One secret or a list: the first signs, all of them verify. Make one with openssl rand -base64 24."));

    /// <summary>Warns of secrets that can be guessed.</summary>
    public static void Check(SrsOptions srs, YamlNode node, ConfigReading reading)
    {
        if (srs.Secrets.Any(secret => Encoding.UTF8.GetByteCount(secret) < ShortestSecret))
        {
            reading.Problems.Warn(
                node.Position, $"a secret of srs is shorter than {ShortestSecret} octets, and can be guessed from a forwarded mail",
                "openssl rand -base64 24 makes a good one");
        }
    }

    private static bool Parse(string text, out SrsOptions value)
    {
        value = new SrsOptions { Secrets = [text] };
        return text.Length > 0;
    }
}
