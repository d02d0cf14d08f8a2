using InboundBridge.MailFlow.Bounces.Policy;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Bounces.Policy;

public class DelayMomentTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromHours(4);

    private static readonly SpooledDelivery Delivery = new()
    {
        Id = "d",
        MessageId = "m",
        Destination = "x",
        Recipients = [],
        CreatedAt = FakeTime.Start,
    };

    [Fact]
    public void The_first_attempt_that_ends_after_the_limit_is_the_moment()
    {
        FailedAttempt[] attempts = [At(1, 0), At(2, 3), At(3, 4), At(4, 6)];
        for (var index = 0; index < attempts.Length; index++)
        {
            var isMoment = DelayMoment.IsOver(Delivery, attempts[index], Limit)
                && DelayMoment.IsFirst(Delivery, attempts[index], attempts[..index], Limit);
            Assert.Equal(index == 2, isMoment);
        }
    }

    [Fact]
    public void An_attempt_that_is_recorded_already_is_not_taken_for_an_earlier_one()
    {
        var attempt = At(3, 4) with { Started = FakeTime.Start.AddHours(4).AddTicks(7) };
        Assert.True(DelayMoment.IsFirst(Delivery, attempt, [At(3, 4)], Limit));
    }

    [Fact]
    public void Time_in_hold_and_before_an_operators_retry_does_not_count() =>
        Assert.False(DelayMoment.IsOver(Delivery with { QueuedAt = FakeTime.Start.AddDays(1) }, At(1, 25), Limit));

    private static FailedAttempt At(int number, int hours) =>
        new(number, FakeTime.Start.AddHours(hours), TimeSpan.FromSeconds(1), "retry", DeliveryReply.FromText("busy"));
}
