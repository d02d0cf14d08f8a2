using InboundBridge.MailFlow.SecureMail.OpenPgp;
using InboundBridge.MailFlow.SecureMail.Smime;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Mime;
using InboundBridge.Mime.Headers;

namespace InboundBridge.MailFlow.SecureMail;

/// <summary>The certificates and keys of one configuration, and what may be spent on a mail. Immutable.</summary>
public sealed record SecureMailKeys
{
    /// <summary>In the Content-Type of every mail that is signed or encrypted as a whole.</summary>
    private static readonly string[] Marks = ["/signed", "/encrypted", "pkcs7-mime"];

    /// <summary>Null: S/MIME is not looked at.</summary>
    public SmimeKeys? Smime { get; init; }

    /// <summary>Null: OpenPGP is not looked at.</summary>
    public OpenPgpKeys? OpenPgp { get; init; }

    public SecureMailLimits Limits { get; init; } = SecureMailLimits.Default;

    /// <summary>Equal for equal files.</summary>
    public string Digest => $"{Smime?.Digest} {OpenPgp?.Digest} {Limits}";

    /// <summary>Whether the mail is signed or encrypted in a way that is looked at. Of other mail, only the header is read.</summary>
    public bool Concern(MimeMessage mail) =>
        mail.HeadersOf("Content-Type").Any(field => Marks.Any(mark => field.Value.Contains(mark, StringComparison.OrdinalIgnoreCase)))
        && LayerOf(mail.Structure.ContentType) != SecureLayer.None;

    /// <summary>How an entity of that type is protected.</summary>
    internal SecureLayer LayerOf(ContentType type)
    {
        if (type.Type == "application" && type.Subtype is "pkcs7-mime" or "x-pkcs7-mime")
            return Smime is null ? SecureLayer.None : SecureLayer.Cms;
        if (type.Is("multipart", "encrypted"))
            return OpenPgp is null ? SecureLayer.None : SecureLayer.OpenPgpEncrypted;
        if (!type.Is("multipart", "signed"))
            return SecureLayer.None;
        return type.Parameter("protocol")?.ToLowerInvariant() switch
        {
            "application/pkcs7-signature" or "application/x-pkcs7-signature" when Smime is not null => SecureLayer.SmimeSigned,
            "application/pgp-signature" when OpenPgp is not null => SecureLayer.OpenPgpSigned,
            _ => SecureLayer.None,
        };
    }

    /// <summary>The word for a layer in verdicts.</summary>
    internal static string KindOf(SecureLayer layer) =>
        layer is SecureLayer.Cms or SecureLayer.SmimeSigned ? SignatureVerdict.Smime : SignatureVerdict.OpenPgp;
}
