using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace InboundBridge.MailFlow.TransportSecurity.Dane;

/// <summary>
/// Looks for a chain from a server's certificate up to an authority that a TLSA record names (RFC 7671 §5.2). The authority need not be
/// self-signed, so the system's chain building, which ends at roots, can't be used.
/// </summary>
internal static class DaneChain
{
    /// <summary>Certificates of a server that are looked at. Servers send two or three.</summary>
    public const int MostCertificates = 10;

    /// <summary>A longer key would only cost time.</summary>
    private const int LongestKey = 8192;

    /// <param name="candidates">Certificates that may lie between, and authorities.</param>
    /// <param name="isAuthority">Whether a record names the certificate.</param>
    /// <returns>Null when there is a chain whose signatures and dates are good.</returns>
    public static TlsFailure? Judge(
        X509Certificate2 certificate, IReadOnlyList<X509Certificate2> candidates, Func<X509Certificate2, bool> isAuthority,
        DateTimeOffset now)
    {
        var current = certificate;
        var left = candidates.ToList();
        for (var length = 0; length <= MostCertificates; length++)
        {
            if (!IsValidAt(current, now))
                return TlsFailure.CertificateExpired;
            // Usage 2 may also name the server's own certificate when that is an authority's (RFC 7671 §5.2.2).
            if (isAuthority(current))
                return null;
            var issuer = left.Find(each => HasIssued(each, current));
            if (issuer is null)
                return TlsFailure.CertificateNotTrusted;
            left.Remove(issuer);
            current = issuer;
        }
        return TlsFailure.CertificateNotTrusted;
    }

    private static bool IsValidAt(X509Certificate2 certificate, DateTimeOffset now) =>
        now.UtcDateTime >= certificate.NotBefore.ToUniversalTime() && now.UtcDateTime <= certificate.NotAfter.ToUniversalTime();

    private static bool HasIssued(X509Certificate2 issuer, X509Certificate2 certificate)
    {
        if (!issuer.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData) || !MayIssue(issuer))
            return false;
        try
        {
            var reader = new X509CertificateParser();
            reader.ReadCertificate(certificate.RawData).Verify(reader.ReadCertificate(issuer.RawData).GetPublicKey());
            return true;
        }
        catch (Exception fault) when (fault is GeneralSecurityException or CryptographicException or ArgumentException
            or InvalidOperationException or IOException or Org.BouncyCastle.Crypto.CryptoException)
        {
            // The signature is wrong, or of a kind that nobody can check.
            return false;
        }
    }

    private static bool MayIssue(X509Certificate2 certificate)
    {
        using var rsa = certificate.GetRSAPublicKey();
        return rsa?.KeySize is not > LongestKey
            && certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(extension => extension.CertificateAuthority);
    }
}
