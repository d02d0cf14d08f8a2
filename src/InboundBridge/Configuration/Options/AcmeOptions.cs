using System.Net;
using InboundBridge.Configuration.Secrets;

namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>tls.acme</c>: certificates from an authority (RFC 8555).</summary>
internal sealed record AcmeOptions
{
    public static readonly Uri LetsEncrypt = new("https://acme-v02.api.letsencrypt.org/directory");

    public static readonly Uri LetsEncryptStaging = new("https://acme-staging-v02.api.letsencrypt.org/directory");

    public string Email { get; init; } = string.Empty;

    public Uri Directory { get; init; } = LetsEncrypt;

    /// <summary>Lower case. The first one names the certificate in metrics.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    public AcmeChallengeKind Challenge { get; init; } = AcmeChallengeKind.Http01;

    /// <summary>Null: every IPv4 address, with the port that the authority connects to.</summary>
    public EndPoint? Listen { get; init; }

    /// <summary>A renewed certificate keeps its key, so that TLSA records stay right.</summary>
    public bool ReuseKey { get; init; } = true;

    /// <summary>Full path of a PEM file: authorities to trust for the directory's server beside the system's; null: none.</summary>
    public string? TrustedCertificates { get; init; }

    /// <summary>An account at the authority to bind ours to; null: none.</summary>
    public AcmeAccountOptions? ExternalAccount { get; init; }

    /// <summary>The authority issues for public names alone.</summary>
    public bool IsPublic => Directory == LetsEncrypt || Directory == LetsEncryptStaging;

    public EndPoint ListenOn => Listen ?? new IPEndPoint(IPAddress.Any, Challenge == AcmeChallengeKind.Http01 ? 80 : 443);
}

/// <param name="Hmac">The key in base64url.</param>
internal sealed record AcmeAccountOptions(string Kid, Secret Hmac);

internal enum AcmeChallengeKind
{
    Http01,
    TlsAlpn01,
}
