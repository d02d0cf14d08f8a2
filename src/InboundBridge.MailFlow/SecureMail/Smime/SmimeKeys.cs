using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace InboundBridge.MailFlow.SecureMail.Smime;

/// <summary>The certificates that S/MIME signatures are trusted by, and the keys that decrypt. Immutable.</summary>
public sealed class SmimeKeys
{
    private readonly X509Certificate2Collection _trusted;
    private readonly X509Certificate2Collection _authorities;
    private readonly IReadOnlyList<X509Certificate2> _keys;

    private SmimeKeys(X509Certificate2Collection trusted, IReadOnlyList<X509Certificate2> keys)
    {
        (_trusted, _keys) = (trusted, keys);
        _authorities = [.. trusted.Where(SmimeCertificate.IsAuthority)];
        Digest = Convert.ToHexString(SHA256.HashData([.. trusted.Concat(keys).SelectMany(certificate => certificate.RawData)]));
    }

    /// <summary>Equal for equal certificates.</summary>
    internal string Digest { get; }

    /// <summary>Authorities, and certificates of single people.</summary>
    public IEnumerable<X509Certificate2> Trusted => _trusted;

    /// <summary>Certificates of people that say that they may issue others. They are trusted for themselves alone.</summary>
    public IEnumerable<X509Certificate2> PeopleAsAuthorities => _trusted.Where(SmimeCertificate.IsPersonAsAuthority);

    /// <summary>The certificates of the keys that decrypt.</summary>
    public IReadOnlyList<X509Certificate2> Keys => _keys;

    /// <param name="trusted">A PEM file; null: no signature is trusted.</param>
    /// <param name="keys">PKCS #12 files, each with its password; null for none.</param>
    /// <exception cref="FormatException">A file can't be read or opened, or holds nothing of use.</exception>
    public static SmimeKeys Read(string? trusted, IEnumerable<(string File, string? Password)> keys) =>
        new(trusted is null ? [] : ReadTrusted(trusted), [.. keys.SelectMany(key => ReadKeys(key.File, key.Password))]);

    /// <exception cref="FormatException">The file can't be read, or holds no certificate.</exception>
    public static X509Certificate2Collection ReadTrusted(string file)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPemFile(file);
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{file} can't be read: {fault.Message}", fault);
        }
        return certificates.Count > 0
            ? certificates : throw new FormatException($"{file} holds no certificate (PEM: -----BEGIN CERTIFICATE-----)");
    }

    /// <exception cref="FormatException">The file can't be opened, or holds no certificate with an RSA key.</exception>
    public static IReadOnlyList<X509Certificate2> ReadKeys(string file, string? password)
    {
        X509Certificate2Collection found;
        try
        {
            found = X509CertificateLoader.LoadPkcs12CollectionFromFile(file, password, X509KeyStorageFlags.EphemeralKeySet);
        }
        catch (CryptographicException fault)
        {
            throw new FormatException($"{file} can't be opened: the password is wrong, or it is no PKCS #12 file", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{file} can't be read: {fault.Message}", fault);
        }
        var keys = found.Where(certificate => certificate.HasPrivateKey).ToList();
        if (keys.Count == 0)
            throw new FormatException($"{file} holds no key with its certificate");
        return keys.All(key => key.PublicKey.Oid.Value == "1.2.840.113549.1.1.1")
            ? keys : throw new FormatException($"{file} holds a key that is not RSA: mail can't be decrypted with it");
    }

    /// <summary>The certificate with the key of a recipient; null when it is not configured.</summary>
    internal X509Certificate2? KeyFor(SubjectIdentifier recipient) =>
        _keys.FirstOrDefault(certificate => recipient.MatchesCertificate(certificate));

    /// <summary>The configured certificate of a signer who sent none.</summary>
    internal X509Certificate2? CertificateFor(SubjectIdentifier signer) =>
        _trusted.FirstOrDefault(certificate => signer.MatchesCertificate(certificate));

    /// <summary>Why the certificate is not trusted for mail that came at a time; null when it is. Revocation is not looked up.</summary>
    /// <param name="brought">Certificates in the mail, which may lie between.</param>
    internal string? Distrust(X509Certificate2 certificate, X509Certificate2Collection brought, DateTimeOffset receivedAt)
    {
        var time = receivedAt.UtcDateTime;
        if (time < certificate.NotBefore.ToUniversalTime() || time > certificate.NotAfter.ToUniversalTime())
            return "the certificate is expired, or not valid yet";
        if (SmimeCertificate.UsageProblem(certificate) is { } usage)
            return usage;
        if (_trusted.Any(each => each.RawData.AsSpan().SequenceEqual(certificate.RawData)))
            return null;
        // A person's certificate is trusted for this person alone: its holder could issue others in anybody's name.
        if (_authorities.Count == 0)
            return "the certificate is not trusted";
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(_authorities);
        policy.ExtraStore.AddRange(_authorities);
        policy.ExtraStore.AddRange(brought);
        policy.VerificationTime = time;
        // Nothing is fetched: an address in a hostile certificate would make us ask any server.
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.4"));
        return chain.Build(certificate) ? null : "the certificate is not trusted";
    }
}
