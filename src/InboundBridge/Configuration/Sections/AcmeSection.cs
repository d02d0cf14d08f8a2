using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Secrets;
using InboundBridge.Configuration.Values;
using InboundBridge.Smtp.Client;

namespace InboundBridge.Configuration.Sections;

/// <summary><c>tls.acme</c>.</summary>
internal static class AcmeSection
{
    /// <summary>Octets of an HMAC key. RFC 8555 §7.3.4 leaves its length to the authority; shorter ones can be guessed.</summary>
    private const int ShortestHmac = 16;

    private const string StagingWord = "letsencrypt-staging";

    public static SectionShape<AcmeOptions> Shape { get; } =
        new SectionShape<AcmeOptions>("A certificate by ACME (RFC 8555).", () => new AcmeOptions())
        .Required("email", Mailbox, (acme, value) => acme with { Email = value }, "the address for the authority's notices")
        .Key("directory", Directory, (acme, value) => acme with { Directory = value },
            "letsencrypt, letsencrypt-staging, or the https URL of a directory.", "letsencrypt")
        .Key("names", new ListShape<string>(Name, singleToo: true, minimum: 1), (acme, value) => acme with { Names = value },
            "The host names in the certificate. Default: hostname.")
        .Key("challenge",
            Scalars.Choice(("http-01", AcmeChallengeKind.Http01), ("tls-alpn-01", AcmeChallengeKind.TlsAlpn01)),
            (acme, value) => acme with { Challenge = value },
            "How the names are proven. http-01: a file on port 80. tls-alpn-01: a TLS handshake on port 443.", "http-01")
        .Key("listen", new EndPointShape(toListen: true), (acme, value) => acme with { Listen = value },
            "Where the authority's challenges arrive; that of http.listen or http.public_listen is shared. Default: 0.0.0.0:80, or 0.0.0.0:443.")
        .Key("reuse_key", Scalars.Toggle, (acme, value) => acme with { ReuseKey = value },
            "A renewed certificate keeps its key, so that TLSA records stay right.", "true")
        .Key("trusted_certificates", new PathShape(PathMustBe.File), (acme, value) => acme with { TrustedCertificates = value },
            "A PEM file of authorities to trust for the directory's server in addition to the system's.")
        .Key("eab", Account, (acme, value) => acme with { ExternalAccount = value },
            "An account that the authority gave you, to which the appliance's is bound (external account binding).", mustHaveValue: true);

    private static SectionShape<AcmeAccountOptions> Account =>
        new SectionShape<AcmeAccountOptions>(
            "An external account.", () => new AcmeAccountOptions(string.Empty, new Secret(string.Empty)))
        .Required("kid", Scalars.Text, (account, value) => account with { Kid = value }, "the name of its key")
        .Required("hmac", Hmac, (account, value) => account with { Hmac = value }, "its key, in base64url");

    private static ScalarShape<Uri> Directory => new("letsencrypt, letsencrypt-staging or an https URL", ParseDirectory, () => TextSchema())
    {
        Hint = _ => "RFC 8555 demands https, such as https://acme.example.com/directory",
    };

    private static ScalarShape<string> Name => new("a host name", HostNameText.TryParse, () => TextSchema())
    {
        Hint = text => text.StartsWith("*.", StringComparison.Ordinal)
            ? "a pattern would need dns-01, which the appliance can't do: write each name" : "such as mx.example.com",
        Complaint = name => name.Contains('_', StringComparison.Ordinal) ? "authorities issue for no name with _" : null,
    };

    private static ScalarShape<Secret> Hmac => new("a key in base64url, of at least 16 octets", ParseHmac, () => TextSchema())
    {
        IsSecret = true,
        Hint = _ => "as the authority shows it",
    };

    private static ScalarShape<string> Mailbox => new("an address", ParseMailbox, () => TextSchema())
    {
        Hint = _ => "such as ops@example.com",
    };

    private static JsonObject TextSchema() => new() { ["type"] = "string" };

    private static bool ParseDirectory(string text, out Uri value)
    {
        value = text switch
        {
            "letsencrypt" => AcmeOptions.LetsEncrypt,
            StagingWord => AcmeOptions.LetsEncryptStaging,
            _ => Uri.TryCreate(text, UriKind.Absolute, out var url) ? url : new Uri("about:blank"),
        };
        return value.Scheme == Uri.UriSchemeHttps && value.Host.Length > 0;
    }

    private static bool ParseHmac(string text, out Secret value)
    {
        value = new Secret(text);
        var trimmed = text.TrimEnd('=');
        return Base64Url.IsValid(trimmed, out var length) && length >= ShortestHmac;
    }

    private static bool ParseMailbox(string text, out string value)
    {
        value = text;
        var at = text.LastIndexOf('@');
        return at > 0 && Ascii.IsValid(text) && EnvelopeText.IsSafe(text) && HostNameText.TryParse(text[(at + 1)..], out _);
    }
}
