using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Ui.Pages.Destinations;
using InboundBridge.Ui.Text;

namespace InboundBridge.UnitTests.Host.Ui.Text;

/// <summary>The next try of a delivery is never in the past.</summary>
public sealed class NextTryTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(5, 0, 5, null)]
    [InlineData(-5, 0, null, "due now")]
    [InlineData(-5, 3, 3, "if a probe is answered")]
    [InlineData(2, 3, 3, "if a probe is answered")]
    [InlineData(5, 3, 5, null)]
    [InlineData(-5, -1, null, "after the probe under way")]
    public void A_destination_that_is_down_is_tried_when_its_circuit_lets_it(int due, int probe, int? at, string? words)
    {
        var status = Status() with
        {
            Up = probe == 0,
            Circuits = probe == 0 ? [] : [new OpenCircuit("node", true, Now, Now.AddMinutes(probe), 4, "refused")],
        };
        Assert.Equal(
            new NextTry(at is { } minutes ? Now.AddMinutes(minutes) : null, words), NextTry.Of(Delivery(due), [status], Now));
    }

    [Fact]
    public void What_waits_for_somebody_says_for_whom()
    {
        Assert.Equal("after a resume: paused", NextTry.Of(Delivery(-5), [Status() with { PauseReason = "x" }], Now).Words);
        Assert.Equal("when it is collected", NextTry.Of(Delivery(-5), [Status() with { OnDemand = true }], Now).Words);
        Assert.Equal("when its destination is configured again", NextTry.Of(Delivery(-5), [], Now).Words);
    }

    [Fact]
    public void Waiting_mail_is_counted_in_steps_of_its_age_and_the_rest_is_told()
    {
        SpooledDelivery Made(double minutes) => Delivery(0) with { CreatedAt = Now.AddMinutes(-minutes) };
        var all = WaitingAges.Of([([Made(0.5), Made(5), Made(30)], 3), ([Made(61), Made(600)], 2)], Now);
        Assert.Equal([1, 1, 1, 2], all.Counts);
        Assert.Null(all.RestWords);
        var old = WaitingAges.Of([([Made(0.5), Made(90)], 1000)], Now);
        Assert.Equal([1, 0, 0, 999], old.Counts);
        var young = WaitingAges.Of([([Made(0.5), Made(3)], 1002)], Now);
        Assert.Equal([1, 1, 0, 0], young.Counts);
        Assert.Equal("1,000 more have waited for 3 min or longer.", young.RestWords);
    }

    private static DestinationStatus Status() =>
        new("crm", "webhook", true, null, 0, new Dictionary<DeliveryState, long>(), null);

    private static SpooledDelivery Delivery(int minutes) => new()
    {
        Id = "d",
        MessageId = "m",
        Destination = "crm",
        Recipients = [],
        State = DeliveryState.Retrying,
        CreatedAt = Now.AddHours(-1),
        NextAttemptAt = Now.AddMinutes(minutes),
    };
}
