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

    /// <summary>A certificate from an authority, before those of files; null: none.</summary>
    public AcmeOptions? Acme { get; init; }
}

/// <summary>Full paths of PEM files: the chain, leaf first, and its key.</summary>
internal sealed record CertificateFiles(string Certificate, string Key);
