using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SecureMail.Smime;

/// <summary>Checks the signatures of signed data (RFC 5652 §5).</summary>
internal static class SmimeSignatures
{
    /// <summary>SHA-256, SHA-384, SHA-512. Two texts with one MD5 or SHA-1 digest can be made.</summary>
    private static readonly HashSet<string> StrongDigests = new(StringComparer.Ordinal)
    {
        "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2", "2.16.840.1.101.3.4.2.3",
    };

    /// <param name="content">What is signed, where it stands beside the signature; null: the signature contains it.</param>
    /// <returns>What is signed; null where it is neither there nor given.</returns>
    public static ReadOnlyMemory<byte>? Verify(
        ReadOnlyMemory<byte> message, ReadOnlyMemory<byte>? content, SignedScene scene, List<SignatureVerdict> verdicts)
    {
        var outline = CmsOutline.Read(message);
        if (outline.Type != CmsOutline.SignedData)
        {
            verdicts.Add(SignedScene.Unknown(SignatureVerdict.Smime, "the signature is no signed data"));
            return content;
        }
        if (content is not null && message.Span[outline.Octets.Length..].ContainsAnyExcept(" \t\r\n"u8))
        {
            verdicts.Add(SignedScene.Unknown(SignatureVerdict.Smime, "the signature's part holds something else than the signature"));
            return content;
        }
        CmsOutline.CheckSigned(outline.Octets, scene.Limits);
        var cms = content is { } beside ? new SignedCms(new ContentInfo(beside.ToArray()), detached: true) : new SignedCms();
        cms.Decode(outline.Octets.Span);
        if (scene.Verifies)
            Judge(cms, scene, verdicts);
        return content ?? cms.ContentInfo.Content;
    }

    private static void Judge(SignedCms cms, SignedScene scene, List<SignatureVerdict> verdicts)
    {
        var brought = new X509Certificate2Collection(
            cms.Certificates.Where(certificate => SmimeCertificate.KeyProblem(certificate, scene.Limits) is null).ToArray());
        if (cms.SignerInfos.Count == 0)
            verdicts.Add(SignedScene.Unknown(SignatureVerdict.Smime, "it has no signature"));
        var tried = new HashSet<string>(StringComparer.Ordinal);
        foreach (var signer in cms.SignerInfos)
        {
            if (Judge(signer, cms.ContentInfo.Content.Length, brought, scene, tried) is not { } verdict)
                continue;
            verdicts.Add(verdict);
            if (verdict.Result == SignatureResult.Invalid)
                return;
        }
    }

    /// <param name="octets">Of what is signed.</param>
    /// <param name="tried">Certificates that have checked the content: another signature by the same one says nothing new.</param>
    /// <returns>Null for another signature by the same certificate.</returns>
    private static SignatureVerdict? Judge(
        SignerInfo signer, long octets, X509Certificate2Collection brought, SignedScene scene, HashSet<string> tried)
    {
        const string kind = SignatureVerdict.Smime;
        var keys = scene.Keys.Smime!;
        if ((signer.Certificate ?? keys.CertificateFor(signer.SignerIdentifier)) is not { } certificate)
            return SignedScene.Unknown(kind, "the signer's certificate is not there");
        var addresses = SmimeCertificate.Addresses(certificate);
        var named = addresses.Count > 0 ? addresses[0] : null;
        if (SmimeCertificate.KeyProblem(certificate, scene.Limits) is { } problem)
            return SignedScene.Unknown(kind, problem, named);
        if (!StrongDigests.Contains(signer.DigestAlgorithm.Value ?? string.Empty))
            return SignedScene.Unknown(kind, "the digest is not SHA-256, SHA-384 or SHA-512", named);
        if (!tried.Add(certificate.Thumbprint))
            return null;
        scene.Work.Hash(octets);
        try
        {
            signer.CheckSignature(new X509Certificate2Collection(certificate), verifySignatureOnly: true);
        }
        catch (CryptographicException)
        {
            return SignedScene.Invalid(kind, "the content was altered, or another key made the signature", named);
        }
        return keys.Distrust(certificate, brought, scene.ReceivedAt) is { } distrust
            ? SignedScene.Unknown(kind, distrust, named)
            : scene.Attribute(kind, addresses);
    }
}
