using InboundBridge.MailFlow.Bounces.Policy;

namespace InboundBridge.UnitTests.MailFlow.Bounces.Policy;

public class ConfirmedSenderTests
{
    [Theory]
    [InlineData("al@example.org", """{"spf":{"result":"pass","scope":"mfrom","domain":"example.org"}}""", true)]
    [InlineData("al@EXAMPLE.org", """{"spf":{"result":"pass","scope":"mfrom","domain":"example.org"}}""", true)]
    [InlineData("al@example.org", """{"spf":{"result":"pass","scope":"helo","domain":"example.org"}}""", false)]
    [InlineData("al@example.org", """{"spf":{"result":"pass","scope":"mfrom","domain":"example.net"}}""", false)]
    [InlineData("al@sub.example.org", """{"spf":{"result":"pass","scope":"mfrom","domain":"example.org"}}""", false)]
    [InlineData("al@example.org", """{"spf":{"result":"softfail","scope":"mfrom","domain":"example.org"}}""", false)]
    [InlineData("al@example.org", """{"spf":{"result":"temperror","scope":"mfrom","domain":"example.org"}}""", false)]
    [InlineData("al@example.org", """{"dkim":[{"result":"pass","domain":"example.org"}]}""", true)]
    [InlineData("al@mail.example.org", """{"dkim":[{"result":"pass","domain":"example.org"}]}""", true)]
    [InlineData("al@example.org", """{"dkim":[{"result":"pass","domain":"mail.example.org"}]}""", false)]
    [InlineData("al@example.org", """{"dkim":[{"result":"pass","domain":"org"}]}""", false)]
    [InlineData("al@example.org", """{"dkim":[{"result":"pass","domain":"ample.org"}]}""", false)]
    [InlineData("al@example.org", """{"dkim":[{"result":"fail","domain":"example.org"}]}""", false)]
    [InlineData("al@example.org", """{"dkim":[{"result":"pass","domain":"example.org","testing":true}]}""", false)]
    [InlineData("al@example.org", """{"dkim":[{"result":"pass","domain":"example.org","unsigned_octets":1}]}""", false)]
    [InlineData("al@example.org", """{"dkim":[{"result":"pass","domain":"example.org","partial":true}]}""", false)]
    [InlineData("al@example.org", """{"dkim":[{"result":"fail","domain":"example.org"},{"result":"pass","domain":"example.org"}]}""", true)]
    [InlineData("al@bücher.example", """{"dkim":[{"result":"pass","domain":"xn--bcher-kva.example"}]}""", true)]
    [InlineData("al@[192.0.2.1]", """{"spf":{"result":"pass","scope":"mfrom","domain":"[192.0.2.1]"}}""", false)]
    [InlineData("al", """{"spf":{"result":"pass","scope":"mfrom","domain":""}}""", false)]
    [InlineData("al@example.org", """{"dmarc":{"result":"pass","domain":"example.org"}}""", false)]
    [InlineData("al@example.org", "not json", false)]
    [InlineData("al@example.org", null, false)]
    public async Task Spf_and_dkim_confirm_a_sender_of_their_domain(string sender, string? verdicts, bool expected)
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var message = bounces.Message(BounceFixture.Envelope() with { Sender = sender }, verdicts);
        Assert.Equal(expected, ConfirmedSender.ProofOf(message) != SenderProof.None);
    }

    [Fact]
    public async Task Users_and_trusted_clients_are_confirmed()
    {
        await using var bounces = await BounceFixture.OpenAsync();
        foreach (var envelope in new[] { BounceFixture.Envelope() with { User = "al" }, BounceFixture.Envelope() with { Trusted = true } })
            Assert.Equal(SenderProof.Connection, ConfirmedSender.ProofOf(bounces.Message(envelope, null)));
    }

    [Theory]
    [InlineData("""{"dkim":[{"result":"pass","domain":"example.org"}]}""", "Signature")]
    [InlineData(BounceFixture.SpfPass, "Connection")]
    [InlineData(
        """{"dkim":[{"result":"pass","domain":"example.org"}],"spf":{"result":"pass","scope":"mfrom","domain":"example.org"}}""",
        "Connection")]
    public async Task A_signature_alone_says_less(string verdicts, string expected)
    {
        await using var bounces = await BounceFixture.OpenAsync();
        Assert.Equal(expected, ConfirmedSender.ProofOf(bounces.Message(verdicts: verdicts)).ToString());
    }

    [Theory]
    [InlineData("al@example.org", "al@example.org")]
    [InlineData("al+news@example.org", "al@example.org")]
    [InlineData("al+a+b@example.org", "al@example.org")]
    [InlineData("+al@example.org", "+al@example.org")]
    [InlineData("al@[IPv6:::1]", "al@[IPv6:::1]")]
    [InlineData("al", "al")]
    public void Addresses_of_one_mailbox_are_counted_as_one(string address, string mailbox) =>
        Assert.Equal(mailbox, ConfirmedSender.MailboxOf(address));
}
