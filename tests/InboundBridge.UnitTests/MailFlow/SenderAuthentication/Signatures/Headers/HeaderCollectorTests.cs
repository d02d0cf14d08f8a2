using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Signatures.Headers;

public class HeaderCollectorTests
{
    /// <summary>A mail and the header that is kept of it; null where nothing is kept.</summary>
    [Theory]
    [InlineData("DKIM-Signature: x\r\nA: b\r\n\r\nbody\r\n\r\n", "DKIM-Signature: x\r\nA: b\r\n")]
    [InlineData("A: b\r\n c\r\ndkim-signature : x\r\n\r\n", "A: b\r\n c\r\ndkim-signature : x\r\n")]
    [InlineData("A: b\nARC-Seal: x\n\nbody", "A: b\nARC-Seal: x\n")]
    [InlineData("A: b\r\nARC-Seal: x\n\r\nbody", "A: b\r\nARC-Seal: x\n")]
    [InlineData("A: b\r\nARC-Seal: x", "A: b\r\nARC-Seal: x")]
    [InlineData("A: b\r\n\r\nDKIM-Signature: x\r\n", null)]
    [InlineData("\r\nDKIM-Signature: x\r\n", null)]
    [InlineData("A: b\r\n DKIM-Signature: x\r\n\r\n", null)]
    [InlineData("DKIM-Signatures: x\r\n\r\n", null)]
    [InlineData("", null)]
    public void The_header_is_kept_if_it_has_a_signature(string mail, string? expected)
    {
        var octets = SlowCanon.Octets(mail);
        for (var cut = 0; cut <= octets.Length; cut++)
        {
            using var collector = new HeaderCollector(SignatureOptions.Default);
            var taken = 0;
            foreach (var piece in new[] { octets[..cut], octets[cut..] })
                taken += collector.Take(piece);
            collector.End();
            Assert.Equal(expected, collector.HasDkim || collector.HasArc ? SlowCanon.Text(collector.Octets.ToArray()) : null);
            Assert.Equal(SlowCanon.Divide(mail).Body, mail[taken..]);
        }
    }

    [Fact]
    public void Beyond_the_limit_nothing_is_kept()
    {
        using var collector = new HeaderCollector(new SignatureOptions { HeaderSize = 1000 });
        collector.Take(SlowCanon.Octets("DKIM-Signature: x\r\n"));
        for (var line = 0; line < 100; line++)
            collector.Take(SlowCanon.Octets("A: 1234567890\r\n"));
        Assert.Equal((true, 0), (collector.IsTooLong, collector.Octets.Length));
    }
}
