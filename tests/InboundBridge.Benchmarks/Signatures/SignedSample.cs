using System.Security.Cryptography;
using System.Text;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.SenderAuthentication.Dkim;
using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;

namespace InboundBridge.Benchmarks.Signatures;

/// <summary>A mail as providers send it, with and without a relaxed signature, and the DNS that has its key.</summary>
internal sealed class SignedSample : IDnsResolver
{
    private const string Domain = "customer.example";
    private const string Header =
        "From: Al Sender <al@customer.example>\r\nTo: Bo <bo@example.com>\r\nSubject: The order of last week, and what is left of it\r\n"
        + "Date: Fri, 2 Jan 2026 03:04:05 +0000\r\nMessage-ID: <20260102030405.1@customer.example>\r\nMIME-Version: 1.0\r\n"
        + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n";

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly DnsAnswer _answer;
    private readonly byte[] _body;
    private readonly byte[] _signature;

    public SignedSample(int size, bool isText)
    {
        var line = isText
            ? "This line of seventy-two characters is what most people write in their mail.\r\n"
            : $"{new string('A', 38)}{new string('z', 38)}\r\n";
        _body = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(line, (size - Header.Length) / line.Length)));
        Plain = [.. Encoding.ASCII.GetBytes(Header), .. _body];
        _signature = _rsa.SignHash(new byte[32], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var key = SignerKey.Read(_rsa.ExportPkcs8PrivateKeyPem());
        using var header = new HeaderFields(Plain.AsMemory(0, Header.Length - 2));
        using var bodies = new BodyHashes();
        var signer = new DkimSigner(new SignerOptions { Domain = Domain, Selector = "s1" }, key);
        var hash = signer.Ask(bodies);
        bodies.Take(_body);
        bodies.Complete();
        Signed = [.. Encoding.ASCII.GetBytes(signer.Sign(header, hash, DateTimeOffset.UnixEpoch)), .. Plain];
        var name = $"s1._domainkey.{Domain}";
        _answer = new DnsAnswer(DnsStatus.Success, [new DnsRecord.Txt(name, 60, key.Record)], name, Authenticated: false);
    }

    public byte[] Plain { get; }

    public byte[] Signed { get; }

    /// <summary>What no implementation can leave out.</summary>
    public void Arithmetic()
    {
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(_body, digest);
        SHA256.HashData(Plain.AsSpan(0, Header.Length), digest);
        digest.Clear();
        if (!_rsa.VerifyHash(digest, _signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
            throw new InvalidOperationException("the signature is wrong");
    }

    public ValueTask<DnsAnswer> LookUpAsync(string name, DnsRecordType type, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_answer);
}
