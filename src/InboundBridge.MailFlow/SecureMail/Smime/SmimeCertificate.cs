using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace InboundBridge.MailFlow.SecureMail.Smime;

/// <summary>What a certificate says about its holder's mail.</summary>
internal static class SmimeCertificate
{
    private const string Rsa = "1.2.840.113549.1.1.1";
    private const string EllipticCurve = "1.2.840.10045.2.1";
    private const string EmailProtection = "1.3.6.1.5.5.7.3.4";
    private const string AnyUsage = "2.5.29.37.0";
    private const string AlternativeNames = "2.5.29.17";

    /// <summary>Octets of a curve's name. A curve that is spelled out can take any time, and nobody needs it (RFC 5480 §2.1.1).</summary>
    private const int LongestCurveName = 16;

    /// <summary>Octets of a key on the largest usual curve, P-521, uncompressed.</summary>
    private const int LongestCurvePoint = 133;

    private static readonly Asn1Tag MailName = new(TagClass.ContextSpecific, 1);

    /// <summary>Why the key is not used; null when it can be. Looks at its size before anything computes with it.</summary>
    public static string? KeyProblem(X509Certificate2 certificate, SecureMailLimits limits)
    {
        var key = certificate.PublicKey;
        var octets = key.EncodedKeyValue.RawData.Length;
        switch (key.Oid.Value)
        {
            case Rsa:
                // Modulus and exponent, with at most 24 octets around them.
                if (octets > limits.MostRsaBits / 8 + 24)
                    return $"the key has more than {limits.MostRsaBits} bits";
                using (var rsa = certificate.GetRSAPublicKey())
                    return rsa is null || rsa.KeySize < limits.LeastRsaBits ? $"the key has less than {limits.LeastRsaBits} bits" : null;
            case EllipticCurve:
                return key.EncodedParameters is not { RawData.Length: <= LongestCurveName } || octets > LongestCurvePoint
                    ? "the key's curve is not known" : null;
            default:
                return "the key is neither RSA nor on an elliptic curve";
        }
    }

    /// <summary>The addresses among its alternative names; where there is none, that of its subject (RFC 8550 §3).</summary>
    public static IReadOnlyList<string> Addresses(X509Certificate2 certificate)
    {
        var addresses = new List<string>();
        foreach (var extension in certificate.Extensions)
        {
            if (extension.Oid?.Value != AlternativeNames)
                continue;
            var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                if (names.PeekTag().HasSameClassAndValue(MailName))
                    addresses.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, MailName));
                else
                    names.ReadEncodedValue();
            }
        }
        if (addresses.Count == 0 && certificate.GetNameInfo(X509NameType.EmailName, forIssuer: false) is { Length: > 0 } subject)
            addresses.Add(subject);
        return addresses;
    }

    /// <summary>It may vouch for others: an authority without an address. With one it is a person's, whatever else it says.</summary>
    public static bool IsAuthority(X509Certificate2 certificate) => IsOfAuthority(certificate) && !NamesAddress(certificate);

    /// <summary>A certificate with an address that says that it may issue others.</summary>
    public static bool IsPersonAsAuthority(X509Certificate2 certificate) => IsOfAuthority(certificate) && NamesAddress(certificate);

    private static bool IsOfAuthority(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority);

    private static bool NamesAddress(X509Certificate2 certificate)
    {
        try
        {
            return Addresses(certificate).Count > 0;
        }
        catch (AsnContentException)
        {
            // What can't be read may name an address.
            return true;
        }
    }

    /// <summary>Why the certificate is not for signing mail (RFC 8550 §4.4.2, §4.4.4); null when it is.</summary>
    public static string? UsageProblem(X509Certificate2 certificate)
    {
        foreach (var extension in certificate.Extensions)
        {
            if (extension is X509KeyUsageExtension usage
                && (usage.KeyUsages & (X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation)) == X509KeyUsageFlags.None)
                return "the certificate is not for signatures";
            if (extension is X509EnhancedKeyUsageExtension purposes
                && !purposes.EnhancedKeyUsages.Cast<Oid>().Any(purpose => purpose.Value is EmailProtection or AnyUsage))
                return "the certificate is not for mail (emailProtection)";
        }
        return null;
    }
}
