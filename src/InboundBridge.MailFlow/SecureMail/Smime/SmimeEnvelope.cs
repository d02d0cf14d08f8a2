using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SecureMail.Smime;

/// <summary>
/// Decrypts enveloped data (RFC 5652 §6) with a configured key. RSA recipients alone: the platform has no key agreement for CMS here. No
/// reply tells the sender what went wrong, because such answers help to decrypt other mail.
/// </summary>
internal static class SmimeEnvelope
{
    /// <returns>The entity inside; null where no key fits, and then the verdicts say so.</returns>
    public static ReadOnlyMemory<byte>? Open(ReadOnlyMemory<byte> cms, SignedScene scene, List<SignatureVerdict> verdicts)
    {
        CmsOutline.CheckEnveloped(cms, scene.Limits);
        var enveloped = new EnvelopedCms();
        enveloped.Decode(cms.Span);
        foreach (var recipient in enveloped.RecipientInfos)
        {
            if (recipient is not KeyTransRecipientInfo || scene.Keys.Smime!.KeyFor(recipient.RecipientIdentifier) is not { } certificate)
                continue;
            using var key = certificate.GetRSAPrivateKey();
            if (key is null)
                continue;
            try
            {
                enveloped.Decrypt(recipient, key);
                return enveloped.ContentInfo.Content;
            }
            catch (CryptographicException)
            {
                verdicts.Add(SignedScene.Unknown(SignatureVerdict.Smime, "it can't be decrypted with the configured key"));
                return null;
            }
        }
        verdicts.Add(SignedScene.Unknown(SignatureVerdict.Smime, "it is encrypted for keys that are not configured"));
        return null;
    }
}
