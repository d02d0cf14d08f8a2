using InboundBridge.Mime;

namespace InboundBridge.MailFlow.SecureMail;

/// <summary>What looking into signed and encrypted mail may cost. The result of what is beyond a limit is unknown.</summary>
public sealed record SecureMailLimits
{
    public static SecureMailLimits Default { get; } = new();

    /// <summary>
    /// Octets of a mail, and of everything that is unpacked from it. A check holds about four copies in memory. Our choice: most servers
    /// refuse mail of more than 25 MB, which is 18 MB of attachments.
    /// </summary>
    public long Octets { get; init; } = 25L * 1024 * 1024;

    /// <summary>From the wait for a place to the result. Our choice, as for scanners.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Mails at the same time; others wait for a place. It is computing alone, so more than the processors have no use.</summary>
    public int Concurrency { get; init; } = 2;

    /// <summary>Those of payloads (<c>smtp.limits.mime_parts</c>, <c>mime_depth</c>): what is shown has to be what was checked.</summary>
    public MimeLimits Mime { get; init; } = MimeLimits.Default;

    /// <summary>
    /// How often the octets of a mail are hashed for its signatures, together for all layers. Triple wrapping covers them twice, and so do
    /// two signatures of one layer.
    /// </summary>
    public int HashTimes { get; init; } = 2;

    /// <summary>Octets that are hashed on top of that, so that a small mail may have many signatures.</summary>
    public long HashSpare { get; init; } = 1024 * 1024;

    /// <summary>Layers inside each other. Triple wrapping (RFC 2634 §1.1) has three, and compression is a fourth.</summary>
    public int Layers { get; init; } = 5;

    /// <summary>Signatures of one layer. Usual mail has one.</summary>
    public int Signatures { get; init; } = 10;

    /// <summary>Certificates of one signature layer. A chain has two to four.</summary>
    public int Certificates { get; init; } = 20;

    /// <summary>Octets of one certificate. Those with an RSA key of 8,192 bits and many names have 4,000.</summary>
    public int CertificateOctets { get; init; } = 16 * 1024;

    /// <summary>Recipients of an encrypted mail. Larger groups use lists.</summary>
    public int Recipients { get; init; } = 500;

    /// <summary>Octets of an OpenPGP signature part. One signature has about 900 as text.</summary>
    public int OpenPgpSignatureOctets { get; init; } = 32 * 1024;

    /// <summary>Bits of an RSA key in a certificate. Shorter ones are not safe (RFC 8551 §4.3).</summary>
    public int LeastRsaBits { get; init; } = 2048;

    /// <summary>Bits of an RSA key in a certificate. The longer ones would only cost time.</summary>
    public int MostRsaBits { get; init; } = 8192;

    /// <summary>
    /// Bits of a key in the OpenPGP keyring. The library tests the modulus at each use, which takes a second at 8,192 bits.
    /// </summary>
    public int MostOpenPgpBits { get; init; } = 4096;
}
