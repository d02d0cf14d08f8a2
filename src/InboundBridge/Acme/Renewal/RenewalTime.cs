using System.Security.Cryptography.X509Certificates;
using InboundBridge.Acme.Protocol;

namespace InboundBridge.Acme.Renewal;

/// <summary>
/// When a certificate is renewed: at a random time in the authority's window (RFC 9773 §4.2), else shortly before two thirds of its
/// lifetime. The time is drawn once for each certificate and window, so that asking again does not move it.
/// </summary>
internal sealed class RenewalTime(Random random)
{
    /// <summary>Of the lifetime: a third is left for attempts that fail.</summary>
    private const double Usual = 2.0 / 3;

    /// <summary>Of the lifetime: renewals of servers that started together spread over it.</summary>
    private const double Jitter = 0.05;

    /// <summary>Of the lifetime: no window of an authority delays the renewal beyond it.</summary>
    private const double Latest = 0.9;

    private (string Certificate, DateTimeOffset Start, DateTimeOffset End) _of;
    private DateTimeOffset _drawn;

    public DateTimeOffset For(X509Certificate2 certificate, RenewalWindow? window)
    {
        var before = new DateTimeOffset(certificate.NotBefore.ToUniversalTime());
        var lifetime = new DateTimeOffset(certificate.NotAfter.ToUniversalTime()) - before;
        var end = window?.End ?? before + lifetime * Usual;
        var start = window?.Start ?? end - lifetime * Jitter;
        var of = (certificate.Thumbprint, start, end);
        if (_of != of)
            (_of, _drawn) = (of, start + (end - start) * random.NextDouble());
        var latest = before + lifetime * Latest;
        return _drawn < latest ? _drawn : latest;
    }
}
