using InboundBridge.Api.Json;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.Host.Api.Json;

public class DeliveryJsonTests
{
    [Theory]
    [InlineData(DeliveryState.Held, "look at this")]
    [InlineData(DeliveryState.Pending, null)]
    [InlineData(DeliveryState.Retrying, null)]
    [InlineData(DeliveryState.Delivered, null)]
    public void The_reason_of_a_hold_is_shown_while_it_lasts(DeliveryState state, string? reason)
    {
        var delivery = new SpooledDelivery
        {
            Id = "d1",
            MessageId = "m1",
            Destination = "boxes",
            Recipients = [new MailRecipient("bo@example.com")],
            HoldReason = "look at this",
            State = state,
            CreatedAt = DateTimeOffset.UnixEpoch,
            NextAttemptAt = DateTimeOffset.UnixEpoch,
        };
        Assert.Equal(reason, DeliveryJson.Of(delivery).HoldReason);
    }
}
