using InboundBridge.MailFlow.Bounces.Policy;

namespace InboundBridge.UnitTests.MailFlow.Bounces.Policy;

public class ToldRecipientsTests
{
    [Fact]
    public void One_teller_tells_and_may_ask_again()
    {
        var told = new ToldRecipients();
        Assert.True(told.TryTell("m", "ann", "failure", "d1 0", out var isNew));
        Assert.True(isNew);
        Assert.True(told.TryTell("m", "ann", "failure", "d1 0", out isNew));
        Assert.False(isNew);
        Assert.False(told.TryTell("m", "ann", "failure", "d2 0", out _));
        Assert.False(told.TryTell("m", "ann", "failure", "d1 3", out _));
    }

    [Fact]
    public void Another_message_recipient_or_news_is_told()
    {
        var told = new ToldRecipients();
        Assert.True(told.TryTell("m", "ann", "failure", "d", out _));
        Assert.True(told.TryTell("n", "ann", "failure", "e", out _));
        Assert.True(told.TryTell("m", "bob", "failure", "e", out _));
        Assert.True(told.TryTell("m", "ann", "delayed", "e", out _));
    }

    [Fact]
    public void The_oldest_are_forgotten_beyond_the_bound()
    {
        var told = new ToldRecipients(most: 2);
        Assert.True(told.TryTell("1", "ann", "failure", "d", out _));
        Assert.True(told.TryTell("2", "ann", "failure", "d", out _));
        Assert.True(told.TryTell("3", "ann", "failure", "d", out _));
        Assert.False(told.TryTell("2", "ann", "failure", "e", out _));
        Assert.True(told.TryTell("1", "ann", "failure", "e", out _));
    }
}
