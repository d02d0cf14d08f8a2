using InboundBridge.MailFlow.Bounces;
using InboundBridge.MailFlow.Bounces.Policy;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Bounces.Policy;

public class FateReaderTests
{
    private static readonly MailRecipient Ann = new("ann@example.com");

    [Theory]
    [InlineData(550, "5.1.1", "550 5.1.1 no", "mx", "failed", "5.1.1")]
    [InlineData(550, null, "550 no", "mx", "failed", "5.0.0")]
    [InlineData(550, "4.2.2", "550 4.2.2 no", "mx", "failed", "5.0.0")]
    [InlineData(550, "5.1.1234", "550 5.1.1234 no", "mx", "failed", "5.0.0")]
    [InlineData(null, null, "550 5.1.2 the domain does not exist", null, "failed", "5.1.2")]
    [InlineData(null, null, "internal error", null, "failed", "5.0.0")]
    [InlineData(451, "4.7.1", "451 4.7.1 later", "mx", "expired", "4.4.7")]
    [InlineData(550, "5.1.1", "550 5.1.1 no", "mx", "expired", "5.1.1")]
    [InlineData(451, "4.7.1", "451 4.7.1 later", "mx", "delayed", "4.7.1")]
    [InlineData(451, null, "451 later", "mx", "delayed", "4.0.0")]
    [InlineData(null, null, "421 unreachable", null, "delayed", "4.4.1")]
    [InlineData(554, "5.6.0", "554 5.6.0 no executables", null, "refused", "5.6.0")]
    [InlineData(250, "2.1.5", "250 2.1.5 ok", "mx", "delivered", "2.1.5")]
    [InlineData(250, null, "250 ok", "mx", "relayed", "2.0.0")]
    public void Status_follows_from_the_reply(int? code, string? enhanced, string text, string? host, string reason, string expected)
    {
        var fate = new FateReader(Enum.Parse<BounceReason>(reason, ignoreCase: true), isWebhook: false)
            .Read(Ann, Ann, new DeliveryReply(code, enhanced, text, host));
        Assert.Equal(expected, fate.Status);
        Assert.Equal(reason is "failed" or "expired" or "refused" ? "failed" : reason, fate.Action);
    }

    [Fact]
    public void Nothing_that_a_webhook_answered_is_told()
    {
        var reply = new DeliveryReply(422, null, "422 from https://app.internal/?key=s3cret: 5.1.1 bad", "app.internal");
        var fate = new FateReader(BounceReason.Failed, isWebhook: true).Read(Ann, Ann, reply);
        Assert.Equal(new RecipientFate(Ann, "failed", "5.0.0", null, null), fate);
    }

    [Fact]
    public void Our_own_words_and_sockets_are_not_told()
    {
        var words = new FateReader(BounceReason.Expired, isWebhook: false)
            .Read(Ann, Ann, DeliveryReply.FromText("421 10.0.0.5:24: connection refused"));
        Assert.Null(words.Reply);
        var socket = new FateReader(BounceReason.Failed, isWebhook: false)
            .Read(Ann, Ann, new DeliveryReply(550, "5.1.1", "550 5.1.1 no", "unix:/run/dovecot/lmtp"));
        Assert.Equal(("550 5.1.1 no", null), (socket.Reply, socket.Host));
    }

    [Fact]
    public void A_rewritten_address_is_told_as_the_sender_knows_it()
    {
        var inside = new MailRecipient("a.secret@inside.example", "ann@example.com");
        var fate = new FateReader(BounceReason.Failed, isWebhook: false)
            .Read(Ann, inside, new DeliveryReply(550, "5.1.1", "550 5.1.1 <A.Secret@inside.example> unknown", "mx.example.com"));
        Assert.Equal("550 5.1.1 <ann@example.com> unknown", fate.Reply);
        Assert.Equal(Ann, fate.Recipient);
    }
}
