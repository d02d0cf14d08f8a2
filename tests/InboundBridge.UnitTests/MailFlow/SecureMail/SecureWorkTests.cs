using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using InboundBridge.MailFlow.SecureMail;
using InboundBridge.MailFlow.SecureMail.Smime;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.UnitTests.MailFlow.SecureMail;

/// <summary>What a mail of many signatures costs: counted in octets that are hashed.</summary>
public sealed class SecureWorkTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("work").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Nested_signatures_cost_no_more_than_twice_the_mail()
    {
        using var bo = SecureMails.Issue("CN=Bo", SecureMails.Authority, "bo@customer.com");
        using var cy = SecureMails.Issue("CN=Cy", SecureMails.Authority, "cy@customer.com");
        var entity = SecureMails.Entity + new string('x', 200_000);
        for (var layer = 0; layer < 3; layer++)
            entity = SecureMails.Opaque(Signed(entity, SecureMails.Al, bo, cy), "signed-data");
        var mail = SecureMails.Mail(entity);
        var found = Read(mail, SecureMailLimits.Default with { HashSpare = 0 });
        Assert.InRange(found.Hashed, mail.Length, mail.Length * 2);
        Assert.Equal(SignatureResult.Unknown, found.Signatures[^1].Result);
        Assert.Contains("more octets", found.Signatures[^1].Reason, StringComparison.Ordinal);
        Assert.Equal(9, Read(mail, SecureMailLimits.Default with { HashTimes = 9 }).Signatures.Count);
    }

    [Fact]
    public void Many_signatures_by_one_certificate_are_checked_once()
    {
        var cms = Signed(SecureMails.Entity, [.. Enumerable.Repeat(SecureMails.Al, 5)]);
        var found = Read(SecureMails.Mail(SecureMails.Opaque(cms, "signed-data")), SecureMailLimits.Default);
        Assert.Equal(SignatureResult.Valid, Assert.Single(found.Signatures).Result);
        Assert.Equal(SecureMails.Entity.Length, found.Hashed);
    }

    [Fact]
    public void Nothing_is_checked_behind_an_invalid_signature()
    {
        using var bo = SecureMails.Issue("CN=Bo", SecureMails.Authority, "bo@customer.com");
        var inner = "X-Note: broke\r\n" + SecureMails.Opaque(Signed(SecureMails.Entity, SecureMails.Al), "signed-data");
        var cms = Signed(inner, SecureMails.Al, bo);
        cms[cms.AsSpan().IndexOf("broke"u8)] ^= 1;
        var found = Read(SecureMails.Mail(SecureMails.Opaque(cms, "signed-data")), SecureMailLimits.Default);
        Assert.Equal(SignatureResult.Invalid, Assert.Single(found.Signatures).Result);
        Assert.Equal(inner.Length, found.Hashed);
    }

    [Fact]
    public void Work_stops_when_nobody_waits_for_it()
    {
        var mail = SecureMails.Mail(SecureMails.Opaque(Signed(SecureMails.Entity, SecureMails.Al), "signed-data"));
        Assert.Throws<OperationCanceledException>(() => Read(mail, SecureMailLimits.Default, new CancellationToken(canceled: true)));
        using var stop = new CancellationTokenSource();
        var work = new SecureWork(SecureMailLimits.Default, 10, stop.Token);
        work.Hash(10);
        using var endless = new EndlessStream(stop);
        Assert.Throws<OperationCanceledException>(() => work.Read(endless, long.MaxValue));
        Assert.Throws<OperationCanceledException>(() => work.Hash(1));
        Assert.Equal(10, work.Hashed);
    }

    private SecureMailFindings Read(byte[] mail, SecureMailLimits limits, CancellationToken cancellationToken = default)
    {
        var keys = new SecureMailKeys { Smime = SmimeKeys.Read(SecureMails.Pem(_folder, SecureMails.Authority), []), Limits = limits };
        return SecureMailReader.Read(mail, keys, SecureMails.Now, cancellationToken: cancellationToken);
    }

    private static byte[] Signed(string entity, params X509Certificate2[] signers)
    {
        var cms = new SignedCms(new ContentInfo(Encoding.UTF8.GetBytes(entity)), detached: false);
        foreach (var signer in signers)
        {
            cms.ComputeSignature(
                new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, signer) { IncludeOption = X509IncludeOption.EndCertOnly });
        }
        return cms.Encode();
    }

    /// <summary>It never ends, and its second reading comes when nobody waits any more.</summary>
    private sealed class EndlessStream(CancellationTokenSource stop) : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            stop.Cancel();
            return count;
        }
    }
}
