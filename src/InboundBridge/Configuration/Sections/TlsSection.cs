using System.Security.Authentication;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;

namespace InboundBridge.Configuration.Sections;

internal static class TlsSection
{
    public static SectionShape<TlsOptions> Shape { get; } = new SectionShape<TlsOptions>("TLS: certificates, versions, cipher suites.", () => new TlsOptions())
        .Key("certificates", new ListShape<CertificateFiles>(Certificate), (tls, value) => tls with { Certificates = value },
            "SNI selects among several; changed files are reloaded.")
        .Key("minimum", Scalars.Choice(("1.2", SslProtocols.Tls12 | SslProtocols.Tls13), ("1.3", SslProtocols.Tls13)),
            (tls, value) => tls with { Protocols = value }, "The oldest version allowed.", "1.2")
        .Key("ciphers", new CiphersShape(), (tls, value) => tls with { Ciphers = value },
            "compatible: also suites for old senders, used only by peers without better ones. modern: ECDHE with AES-GCM, ChaCha20 or AES-CBC-SHA2. "
            + "Or a list of suites by OpenSSL's names.", "compatible")
        .Key("client_authorities", new PathShape(PathMustBe.File), (tls, value) => tls with { ClientAuthorities = value },
            "A PEM file with the authorities for clients' certificates. Default: the system's.")
        .Key("acme", AcmeSection.Shape, (tls, value) => tls with { Acme = value },
            "Gets a certificate from an authority and renews it (certificates.md).");

    private static SectionShape<CertificateFiles> Certificate =>
        new SectionShape<CertificateFiles>("A certificate and its key, PEM.", () => new CertificateFiles(string.Empty, string.Empty))
            .Required(
                "cert", new PathShape(PathMustBe.KeyFile), (pair, value) => pair with { Certificate = value }, "the chain, leaf first")
            .Required("key", new PathShape(PathMustBe.KeyFile), (pair, value) => pair with { Key = value }, "the private key");
}
