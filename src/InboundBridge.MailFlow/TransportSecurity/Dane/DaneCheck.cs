using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace InboundBridge.MailFlow.TransportSecurity.Dane;

/// <summary>
/// Compares a server's certificate with the host's TLSA records (RFC 7672 §3). A match with usage 3 is enough: neither names nor dates are
/// checked (§3.1.1). A match with usage 2 needs a chain from the certificate to the authority, and one of the names (§3.1.2).
/// </summary>
internal static class DaneCheck
{
    /// <returns>Null when a record matches.</returns>
    public static TlsFailure? Judge(
        DaneTerms terms, X509Certificate2 certificate, X509Certificate2Collection others, DateTimeOffset now)
    {
        if (terms.Records.Any(record => !record.IsAuthority && Matches(record, certificate)))
            return null;
        if (!terms.Records.Any(record => record.IsAuthority))
            return TlsFailure.ValidationFailure;
        var failure = DaneChain.Judge(certificate, Candidates(terms, others), each => IsAuthority(terms, each), now);
        if (failure is not null)
            return failure;
        return terms.Names.Any(name => HasName(certificate, name)) ? null : TlsFailure.CertificateHostMismatch;
    }

    /// <summary>RFC 7671 §5.2.1: a record may hold the authority's whole certificate, which the server then need not send.</summary>
    private static List<X509Certificate2> Candidates(DaneTerms terms, X509Certificate2Collection others)
    {
        var candidates = others.Take(DaneChain.MostCertificates).ToList();
        foreach (var record in terms.Records.Where(record => record is { IsAuthority: true, IsKey: false, Matching: 0 }))
        {
            try
            {
                candidates.Add(X509CertificateLoader.LoadCertificate(record.Data.Span));
            }
            catch (CryptographicException)
            {
                // Not a certificate, so it matches none.
                continue;
            }
        }
        return candidates;
    }

    private static bool IsAuthority(DaneTerms terms, X509Certificate2 certificate) =>
        terms.Records.Any(record => record.IsAuthority && Matches(record, certificate));

    private static bool Matches(DaneRecord record, X509Certificate2 certificate)
    {
        var data = record.IsKey ? KeyOf(certificate) : certificate.RawDataMemory;
        return record.Matching switch
        {
            1 => SHA256.HashData(data.Span).AsSpan().SequenceEqual(record.Data.Span),
            2 => SHA512.HashData(data.Span).AsSpan().SequenceEqual(record.Data.Span),
            _ => data.Span.SequenceEqual(record.Data.Span),
        };
    }

    /// <summary>SubjectPublicKeyInfo as the certificate encodes it (RFC 5280 §4.1).</summary>
    private static ReadOnlyMemory<byte> KeyOf(X509Certificate2 certificate)
    {
        try
        {
            var body = new AsnReader(certificate.RawDataMemory, AsnEncodingRules.BER).ReadSequence().ReadSequence();
            var version = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
            // Version (optional), serial number, signature algorithm, issuer, validity and subject come before the key.
            for (var skipped = body.PeekTag().HasSameClassAndValue(version) ? 0 : 1; skipped < 6; skipped++)
                body.ReadEncodedValue();
            return body.ReadEncodedValue();
        }
        catch (AsnContentException)
        {
            return ReadOnlyMemory<byte>.Empty;
        }
    }

    private static bool HasName(X509Certificate2 certificate, string name)
    {
        try
        {
            return certificate.MatchesHostname(name);
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            // A broken list of names names nobody.
            return false;
        }
    }
}
