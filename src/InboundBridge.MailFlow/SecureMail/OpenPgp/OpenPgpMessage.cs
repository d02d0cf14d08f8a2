using InboundBridge.MailFlow.Verdicts;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace InboundBridge.MailFlow.SecureMail.OpenPgp;

/// <summary>Decrypts an OpenPGP message with a secret key of the keyring (RFC 3156 §4), and checks signatures in it.</summary>
internal static class OpenPgpMessage
{
    private const string Kind = SignatureVerdict.OpenPgp;

    /// <summary>Packets of a message that are looked at. Usual ones have a marker, signatures and one literal.</summary>
    private const int MostPackets = 20;

    /// <summary>Compressed packets inside each other. Usual messages have one.</summary>
    private const int MostPackings = 2;

    /// <returns>The entity inside; null where no key fits or it was altered, and then the verdicts say so.</returns>
    public static ReadOnlyMemory<byte>? Open(byte[] message, SignedScene scene, List<SignatureVerdict> verdicts)
    {
        using var input = PgpUtilities.GetDecoderStream(new MemoryStream(message));
        var objects = new PgpObjectFactory(input);
        var first = objects.NextPgpObject();
        var list = first as PgpEncryptedDataList ?? objects.NextPgpObject() as PgpEncryptedDataList;
        if (list is null)
            return Not(verdicts, "there is no encrypted message in its part");
        if (list.Count > scene.Limits.Recipients)
            throw new SecureMailLimitException($"more than {scene.Limits.Recipients} recipients");
        foreach (var encrypted in list.GetEncryptedDataObjects().OfType<PgpPublicKeyEncryptedData>())
        {
            if (scene.Keys.OpenPgp!.FindSecret(encrypted.KeyId) is not { } key)
                continue;
            // Without an integrity check anybody can change what a mail says, and have parts of it sent to himself (CVE-2017-17688).
            if (!encrypted.IsIntegrityProtected())
                return Not(verdicts, "it is encrypted without protection against changes");
            byte[] clear;
            using (var stream = encrypted.GetDataStream(key))
                clear = scene.Work.Read(stream, scene.Limits.Octets);
            return encrypted.Verify() ? Content(clear, scene, verdicts, 0) : Not(verdicts, "the encrypted content was altered");
        }
        return Not(verdicts, "it is encrypted for keys that are not configured");
    }

    private static ReadOnlyMemory<byte>? Content(byte[] clear, SignedScene scene, List<SignatureVerdict> verdicts, int depth)
    {
        var objects = new PgpObjectFactory(new MemoryStream(clear));
        byte[]? content = null;
        for (var packets = 0; packets < MostPackets && objects.NextPgpObject() is { } item; packets++)
        {
            switch (item)
            {
                case PgpCompressedData packed when depth < MostPackings:
                    using (var stream = packed.GetDataStream())
                        return Content(scene.Work.Read(stream, scene.Limits.Octets), scene, verdicts, depth + 1);
                case PgpCompressedData:
                    throw new SecureMailLimitException($"compressed more than {MostPackings} times");
                case PgpLiteralData literal when content is null:
                    using (var stream = literal.GetInputStream())
                        content = scene.Work.Read(stream, scene.Limits.Octets);
                    break;
                case PgpSignatureList signatures when content is not null && scene.Verifies:
                    OpenPgpSignatures.Judge(signatures, content, scene, verdicts);
                    break;
            }
        }
        return content is { } found ? found : Not(verdicts, "there is no content in the encrypted message");
    }

    private static ReadOnlyMemory<byte>? Not(List<SignatureVerdict> verdicts, string reason)
    {
        verdicts.Add(SignedScene.Unknown(Kind, reason));
        return null;
    }
}
