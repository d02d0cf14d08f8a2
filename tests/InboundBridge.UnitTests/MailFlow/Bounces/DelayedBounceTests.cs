using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Bounces;

public class DelayedBounceTests
{
    private static readonly DeliveryReply Busy = new(451, "4.2.0", "451 4.2.0 busy", "mail.example.com");

    [Fact]
    public async Task A_delay_is_told_after_delay_after()
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var message = bounces.Message();
        Assert.Null(await bounces.TellAsync(Wait(bounces, message, hours: 3)));
        var bounce = await bounces.TellAsync(Wait(bounces, message, hours: 4));
        Assert.Equal("delayed", bounce!.Mail.Message.Cause!.Reason);
        Assert.Equal(("delayed", "4.2.0"), (bounce.Recipient.Action, bounce.Recipient.Status));
        Assert.Equal(FakeTime.Start.AddDays(3), bounce.Recipient.WillRetryUntil);
        Assert.Contains("2026-01-05 03:04 UTC", bounce.Read.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_delay_is_told_once()
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var message = bounces.Message();
        await using var staged = await Spool.SampleMail.StageAsync(bounces.Spool, message.Id, [1, 2, 3]);
        var delivery = bounces.Delivery(message);
        await bounces.Spool.CommitAsync(
            staged, message with { Sha256 = staged.Sha256, Size = 3 }, [delivery], NewClaims.None, CancellationToken.None);
        var first = Wait(bounces, message, hours: 4);
        var bounce = await bounces.TellAsync(first);
        await bounces.Spool.CompleteAsync(
            new DeliveryCompletion { Delivery = first.Delivery, Attempt = first.Attempt, FollowUps = [bounce!.Mail] },
            CancellationToken.None);
        // RFC 3461 §4.3: without a failure, only the header is returned.
        Assert.Equal("text/rfc822-headers", bounce.Parts.Last());
        Assert.Single(await bounces.Spool.FindFollowUpsAsync(message.Id, CancellationToken.None));
        Assert.Null(await bounces.TellAsync(Wait(bounces, message, hours: 8)));
    }

    [Theory]
    [InlineData(RecipientNotify.Failure, "bounce", false)]
    [InlineData(RecipientNotify.Unspecified, "dead_letter", false)]
    [InlineData(RecipientNotify.Delay, "dead_letter", true)]
    [InlineData(RecipientNotify.Delay, "bounce", true)]
    public async Task Notify_and_on_failure_say_whether_a_delay_is_told(RecipientNotify notify, string onFailure, bool expected)
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var message = bounces.Message(BounceFixture.Envelope(new MailRecipient("ann@example.com") { Notify = notify }));
        Assert.Equal(expected, await bounces.TellAsync(Wait(bounces, message, hours: 5, onFailure)) is not null);
    }

    private static DeliveryWait Wait(BounceFixture bounces, SpooledMessage message, int hours, string onFailure = "bounce")
    {
        var delivery = bounces.Delivery(message) with { State = DeliveryState.Retrying, Attempts = hours };
        var attempt = new FailedAttempt(hours, FakeTime.Start.AddHours(hours), TimeSpan.FromSeconds(1), "retry", Busy);
        var retry = new RetryOptions { MaximumAge = TimeSpan.FromDays(3) };
        return new DeliveryWait(delivery, message, Busy, attempt, BounceFixture.Destination(onFailure: onFailure) with { Retry = retry });
    }
}
