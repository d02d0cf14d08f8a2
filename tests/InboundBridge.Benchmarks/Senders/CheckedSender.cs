using System.Security.Cryptography;
using System.Text;
using InboundBridge.MailFlow.SenderAuthentication.Dkim;
using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;

namespace InboundBridge.Benchmarks.Senders;

/// <summary>
/// A domain that sends mail with a DKIM signature of RSA with 2,048 bits, and what DNS says of it. Safe for concurrent use.
/// </summary>
internal sealed class CheckedSender
{
    private readonly SignerKey _key;

    /// <param name="spfRecords">As <see cref="SenderZone"/> says.</param>
    /// <param name="ttl">Seconds.</param>
    public CheckedSender(int spfRecords = 1, uint ttl = 3600)
    {
        using var rsa = RSA.Create(2048);
        _key = SignerKey.Read(rsa.ExportPkcs8PrivateKeyPem());
        Zone = new SenderZone(_key.Record, spfRecords, ttl);
    }

    public SenderZone Zone { get; }

    /// <summary>The domain of its own that a mail comes from.</summary>
    public static string DomainOf(int number) => $"u{number}.{SenderZone.Domain}";

    /// <summary>The whole mail with CRLF; no line begins with a dot.</summary>
    /// <param name="size">Octets of the body.</param>
    public byte[] Compose(string domain, int size)
    {
        var header = Encoding.ASCII.GetBytes(
            $"From: Al Sender <al@{domain}>\r\nTo: <support@example.com>\r\nSubject: a mail of a load\r\n"
            + "Date: Fri, 2 Jan 2026 03:04:05 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n");
        var body = Body(size);
        using var bodies = new BodyHashes();
        var signer = new DkimSigner(new SignerOptions { Domain = domain, Selector = SenderZone.Selector }, _key);
        var hash = signer.Ask(bodies);
        bodies.Take(body);
        bodies.Complete();
        using var fields = new HeaderFields(header);
        return [.. Encoding.ASCII.GetBytes(signer.Sign(fields, hash, TimeProvider.System.GetUtcNow())), .. header, .. "\r\n"u8, .. body];
    }

    /// <summary>In lines of 72 octets, as smtp-source writes them.</summary>
    private static byte[] Body(int size)
    {
        var body = new byte[Math.Max(size, 2)];
        body.AsSpan().Fill((byte)'x');
        for (var end = 72; end < body.Length - 2; end += 72)
            "\r\n"u8.CopyTo(body.AsSpan(end - 2));
        "\r\n"u8.CopyTo(body.AsSpan(body.Length - 2));
        return body;
    }
}
