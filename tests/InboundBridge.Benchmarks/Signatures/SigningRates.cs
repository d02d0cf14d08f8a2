using System.Globalization;
using System.Security.Cryptography;
using InboundBridge.Benchmarks.Figures;
using InboundBridge.MailFlow.Delivery.MailSigning;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Benchmarks.Signatures;

/// <summary>
/// Signing a mail as a relay does, from its stored octets to the field on top, in turns with what the key alone does. By the processor time
/// of this process, which a busy machine hardly changes.
/// </summary>
internal static class SigningRates
{
    private const string Domain = "customer.example";

    /// <summary>RFC 8410 §7: what comes before the 32 octets of an Ed25519 key.</summary>
    private const string Ed25519Prefix = "302e020100300506032b657004220420";

    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(200);

    public static void Print(TextWriter output, int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("signing-").FullName;
        try
        {
            Print(output, rounds, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Print(TextWriter output, int rounds, string folder)
    {
        using var rsa = RSA.Create(2048);
        var (rsaPem, ed25519Pem) = (rsa.ExportPkcs8PrivateKeyPem(), Ed25519());
        var (rsaKey, ed25519Key) = (SignerKey.Read(rsaPem), SignerKey.Read(ed25519Pem));
        var (byRsa, byEd25519) = (Keys(folder, "r", rsaPem), Keys(folder, "e", ed25519Pem));
        var mail = new SignedSample(4096, isText: true).Plain;
        var octets = new byte[SHA256.HashSizeInBytes];
        (string Name, Action Run)[] kinds =
        [
            ("4 KB, signed by RSA-2048", Signing(byRsa, null, mail)),
            ("  the key alone", () => rsaKey.Sign(octets)),
            ("4 KB, signed by Ed25519", Signing(byEd25519, null, mail)),
            ("  the key alone", () => ed25519Key.Sign(octets)),
            ("4 KB, both and an ARC set by RSA", Signing([.. byRsa, .. byEd25519], byRsa[0], mail)),
        ];
        var microseconds = kinds.Select(_ => new double[rounds]).ToArray();
        for (var round = -1; round < rounds; round++)
        {
            for (var kind = 0; kind < kinds.Length; kind++)
            {
                var measured = ProcessorTime.Of(kinds[kind].Run, Slice);
                if (round >= 0)
                    microseconds[kind][round] = measured;
            }
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"us of processor time, median of {rounds} rounds [range]"));
        for (var kind = 0; kind < kinds.Length; kind++)
            output.WriteLine($"{kinds[kind].Name,-34}{Spread.Of(microseconds[kind], "#,0.0"),28}");
    }

    private static Action Signing(SigningKeyOptions[] dkim, SigningKeyOptions? arc, byte[] mail)
    {
        var signer = new MailSigner(dkim, arc, "mx.example.com", TimeProvider.System);
        var content = MailContent.FromMemory(mail);
        var message = new SpooledMessage
        {
            Id = "m1",
            ReceivedAt = DateTimeOffset.UnixEpoch,
            Envelope = new MailEnvelope { Sender = $"al@{Domain}", Recipients = [new MailRecipient("bo@example.com")] },
            Size = mail.Length,
            Sha256 = string.Empty,
            ConfigVersion = "1",
            AuthenticationJson = """{"arc":{"result":"none"}}""",
        };
        return () =>
        {
            var signing = signer.SignAsync(content, message, CancellationToken.None);
            if (!signing.IsCompletedSuccessfully || !signing.Result.Text.Contains("DKIM-Signature:", StringComparison.Ordinal))
                throw new InvalidOperationException("nothing was signed");
        };
    }

    private static SigningKeyOptions[] Keys(string folder, string selector, string pem)
    {
        var file = Path.Combine(folder, $"{selector}.pem");
        File.WriteAllText(file, pem);
        return [new SigningKeyOptions { Domain = Domain, Selector = selector, KeyFile = file }];
    }

    private static string Ed25519() => PemEncoding.WriteString(
        "PRIVATE KEY", [.. Convert.FromHexString(Ed25519Prefix), .. RandomNumberGenerator.GetBytes(32)]);
}
