using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace InboundBridge.UnitTests.MailFlow.TransportSecurity;

/// <summary>A root, an authority below it, and certificates that the authority issues.</summary>
internal sealed class CertificateShop
{
    private byte _number;

    public CertificateShop()
    {
        Root = Issue("CN=Root", [], issuer: null, isAuthority: true);
        Authority = Issue("CN=Authority", [], Root, isAuthority: true);
    }

    public static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public X509Certificate2 Root { get; }

    public X509Certificate2 Authority { get; }

    public X509Certificate2Collection Roots => [X509CertificateLoader.LoadCertificate(Root.RawData)];

    /// <param name="days">Days from now until it expires; negative for one that has expired.</param>
    public X509Certificate2 For(string name, int days = 5, X509Certificate2? issuer = null) =>
        Issue($"CN={name}", [name], issuer ?? Authority, isAuthority: false, days);

    public static byte[] Key(X509Certificate2 certificate) => certificate.PublicKey.ExportSubjectPublicKeyInfo();

    private X509Certificate2 Issue(string subject, string[] names, X509Certificate2? issuer, bool isAuthority, int days = 20)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        if (isAuthority)
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var alternative = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            alternative.AddDnsName(name);
        if (names.Length > 0)
            request.CertificateExtensions.Add(alternative.Build());
        var (from, to) = (Now.AddDays(-3), Now.AddDays(days));
        if (issuer is null)
            return Whole(request.CreateSelfSigned(from.AddDays(-2), to.AddDays(2)));
        if (isAuthority)
            (from, to) = (from.AddDays(-1), to.AddDays(1));
        using var signer = issuer.GetECDsaPrivateKey()!;
        // This overload also lets a certificate issue others that must not.
        using var signed = request.Create(
            issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(signer), from, to, [1, 2, ++_number]);
        using var whole = signed.CopyWithPrivateKey(key);
        return Whole(whole);
    }

    /// <summary>The key must be in a store for SslStream to use it on every platform.</summary>
    private static X509Certificate2 Whole(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
}
