using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Values;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration;

/// <summary>Checks of <c>tls.acme</c> that need other sections too.</summary>
internal static class AcmeChecks
{
    public static void Run(ApplianceOptions options, ConfigReading reading)
    {
        if (options.Tls.Acme is not { } acme)
            return;
        var section = reading.Tree.Find("tls", "acme") ?? reading.Tree.Root;
        foreach (var name in acme.Names.Where(name => acme.IsPublic && !name.Contains('.', StringComparison.Ordinal)))
            reading.Error(
                reading.Tree.Find("tls", "acme", "names") ?? section,
                $"'{name}' is no public name, and Let's Encrypt issues for nothing else", "hostname: mx.example.com, or names: [mx.example.com]");
        CheckAddress(options, acme, reading.Tree.Find("tls", "acme", "listen") ?? section, reading);
    }

    /// <summary>A challenge can share an address with HTTP where both speak the same protocol.</summary>
    private static void CheckAddress(ApplianceOptions options, AcmeOptions acme, YamlNode node, ConfigReading reading)
    {
        var address = EndPointText.Format(acme.ListenOn);
        var hasTls = options.Http.ListenTls && options.Http.Listen.Equals(acme.ListenOn);
        if (acme.Challenge == AcmeChallengeKind.Http01 && hasTls)
            reading.Error(
                node, $"http-01 comes without TLS, and http.listen has TLS on {address}", "challenge: tls-alpn-01, or listen: \"0.0.0.0:80\"");
        else if (acme.Challenge == AcmeChallengeKind.TlsAlpn01 && options.IsOnHttp(acme) && !hasTls)
            reading.Error(
                node, $"tls-alpn-01 comes with TLS, and HTTP without TLS listens on {address}", "challenge: http-01, or listen: \"0.0.0.0:443\"");
    }
}
