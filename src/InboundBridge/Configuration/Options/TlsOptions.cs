using System.Security.Authentication;

namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>tls</c>.</summary>
internal sealed record TlsOptions
{
    /// <summary>Chosen by SNI. The first one serves clients that send no name, or an unknown one.</summary>
    public IReadOnlyList<CertificateFiles> Certificates { get; init; } = [];

    /// <summary>This version and every later one.</summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>The cipher suites of every listener.</summary>
    public TlsCiphers Ciphers { get; init; } = TlsCiphers.Compatible;

    /// <summary>Full path of a PEM file: the authorities that client certificates are verified against; null: the system's.</summary>
    public string? ClientAuthorities { get; init; }

    public AcmeOptions? Acme { get; init; }
}

/// <summary>Full paths of PEM files: the chain, leaf first, and its key.</summary>
internal sealed record CertificateFiles(string Certificate, string Key);

/// <summary>Configuration <c>tls.acme</c>: certificates from an authority instead of files.</summary>
internal sealed record AcmeOptions
{
    public string Email { get; init; } = string.Empty;

    /// <summary><c>letsencrypt</c>, <c>letsencrypt-staging</c> or the URL of a directory (RFC 8555).</summary>
    public string Directory { get; init; } = "letsencrypt";
}
