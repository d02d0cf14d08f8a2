using InboundBridge.MailFlow.SecureMail;
using InboundBridge.MailFlow.SecureMail.OpenPgp;
using InboundBridge.MailFlow.SecureMail.Smime;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.Fuzz.SecureMail;

/// <summary>A signed or encrypted mail: nothing in it is valid by keys that nobody trusts, and nothing is thrown.</summary>
internal sealed class SecureMailTarget : IFuzzTarget
{
    private static readonly SecureMailKeys Keys = new()
    {
        Smime = SmimeKeys.Read(null, []),
        OpenPgp = OpenPgpKeys.Empty,
        Limits = SecureMailLimits.Default with { Octets = 1024 * 1024 },
    };

    public string Name => "secure-mail/mail";

    public IReadOnlyList<string> Words =>
    [
        "Content-Type: application/pkcs7-mime\r\n", "Content-Transfer-Encoding: base64\r\n", "\r\n\r\n", "--b1", "--b1--",
        "MIAGCSqGSIb3DQEHAqCA",
        "MIIB", "AAAA", "-----BEGIN PGP MESSAGE-----\r\n\r\n", "-----BEGIN PGP SIGNATURE-----\r\n\r\n", "-----END PGP MESSAGE-----",
        "multipart/encrypted", "multipart/signed", "protocol=\"application/pgp-signature\"", "protocol=\"application/pkcs7-signature\"",
    ];

    public void Run(ReadOnlySpan<byte> input)
    {
        var found = SecureMailReader.Read(input.ToArray(), Keys, DateTimeOffset.UnixEpoch);
        FuzzFailureException.Unless(found.Signatures.All(signature => signature.Result != SignatureResult.Valid), "a stranger is trusted");
        FuzzFailureException.Unless(found.Content is not { Length: > 1024 * 1024 }, "more was unpacked than allowed");
        FuzzFailureException.Unless(found.Signatures.Count <= 60, "more signatures than layers allow");
    }
}
