using InboundBridge.MailFlow.Bounces;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Bounces;

/// <summary>RFC 3461 §4.1: what each NOTIFY asks for.</summary>
public class WantedBounceTests
{
    [Theory]
    [InlineData(RecipientNotify.Unspecified, "failed expired refused delayed")]
    [InlineData(RecipientNotify.Never, "")]
    [InlineData(RecipientNotify.Success, "relayed delivered")]
    [InlineData(RecipientNotify.Failure, "failed expired refused")]
    [InlineData(RecipientNotify.Delay, "delayed")]
    [InlineData(
        RecipientNotify.Success | RecipientNotify.Failure | RecipientNotify.Delay, "failed expired refused delayed relayed delivered")]
    public void Notify_decides_for_each_reason(RecipientNotify notify, string wanted) => Assert.Equal(
        wanted, string.Join(' ', Enum.GetValues<BounceReason>().Where(reason => reason.IsWanted(notify)).Select(reason => reason.Word())));

    [Fact]
    public async Task Recipients_with_different_notify_are_told_apart()
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var message = bounces.Message(BounceFixture.Envelope(
            new("ann@example.com") { Notify = RecipientNotify.Never }, new("bob@example.com"),
            new("cat@example.com") { Notify = RecipientNotify.Success }));
        var bounce = await bounces.TellAsync(bounces.Failed(message));
        Assert.Equal("bob@example.com", bounce!.Recipient.FinalRecipient);
        Assert.DoesNotContain("cat@example.com", bounce.Text, StringComparison.Ordinal);
    }
}
