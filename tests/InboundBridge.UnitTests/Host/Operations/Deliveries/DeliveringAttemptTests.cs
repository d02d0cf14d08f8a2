using InboundBridge.Api.Json;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Deliveries;
using InboundBridge.Operations.Messages;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.Host.Operations.Deliveries;

/// <summary>The attempt that delivered a mail has no record of its own; the trace of the API tells its duration all the same.</summary>
public sealed class DeliveringAttemptTests
{
    private static readonly DateTimeOffset Now = FakeTime.Start;

    /// <param name="began">Seconds after the delivery was made; earlier versions kept when the attempt had been due.</param>
    [Theory]
    [InlineData(DeliveryState.Delivered, 10, 12.5, 2.5)]
    [InlineData(DeliveryState.Delivered, -3600, 12.5, 12.5)]
    [InlineData(DeliveryState.Delivered, 20, 12.5, 0.0)]
    [InlineData(DeliveryState.Dead, 10, 12.5, null)]
    [InlineData(DeliveryState.Cancelled, 10, 12.5, null)]
    public void The_trace_says_how_long_the_attempt_took_that_delivered_it(DeliveryState state, double began, double ended, double? took)
    {
        var delivery = SampleMail.Delivery("d", "m", Now) with
        {
            State = state,
            Attempts = 2,
            NextAttemptAt = Now.AddSeconds(began),
            EndedAt = Now.AddSeconds(ended),
        };
        var message = new SpooledMessage
        {
            Id = "m",
            ReceivedAt = Now,
            Envelope = new MailEnvelope { Sender = "", Recipients = [] },
            Size = 1,
            Sha256 = "00",
            ConfigVersion = "v1",
        };
        var trace = TraceJson.Of(new MessageHistory(message, [new DeliveryRecord(delivery, [])]));
        Assert.Equal(took, Assert.Single(trace.Steps.OfType<EndedStepJson>()).Seconds);
    }

    [Fact]
    public void An_open_delivery_has_no_such_attempt()
    {
        var delivery = SampleMail.Delivery("d", "m", Now);
        Assert.Null(DeliveringAttempt.Began(delivery));
        Assert.Null(DeliveringAttempt.Took(delivery));
    }
}
