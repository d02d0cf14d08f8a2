namespace InboundBridge.MailFlow.SecureMail;

/// <summary>How one entity of a mail is protected.</summary>
internal enum SecureLayer
{
    None,

    /// <summary>multipart/signed with a CMS signature (RFC 8551 §3.5.3).</summary>
    SmimeSigned,

    /// <summary>application/pkcs7-mime: signed, encrypted or compressed data, which only its content tells (RFC 8551 §3.2).</summary>
    Cms,

    /// <summary>multipart/signed with an OpenPGP signature (RFC 3156 §5).</summary>
    OpenPgpSigned,

    /// <summary>multipart/encrypted (RFC 3156 §4).</summary>
    OpenPgpEncrypted,
}
