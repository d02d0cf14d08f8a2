using InboundBridge.MailFlow.Queue.Asking;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.MailFlow.Queue.Asking;

public class AskTableTests
{
    private static readonly AskTable Table = new(
    [
        new DestinationOptions { Name = "sync", Kind = "webhook", Ask = new AskOptions { IsUsual = true } },
        new DestinationOptions { Name = "queue", Kind = "webhook", Ask = new AskOptions() },
        new DestinationOptions { Name = "boxes", Kind = "lmtp" },
    ]);

    [Theory]
    [InlineData("sync", null, true)]
    [InlineData("queue", null, false)]
    [InlineData("boxes", null, false)]
    [InlineData("gone", null, false)]
    [InlineData("sync", """{"mode":"queue"}""", false)]
    [InlineData("queue", """{"mode":"sync"}""", true)]
    [InlineData("boxes", """{"mode":"sync"}""", false)]
    [InlineData("sync", """{"format":"raw"}""", true)]
    [InlineData("queue", """{"headers":{"mode":"sync"}}""", false)]
    [InlineData("sync", """{"mode":""", true)]
    [InlineData("sync", """["mode"]""", true)]
    [InlineData("queue", """{"mode":7}""", false)]
    public void The_destination_decides_unless_a_rule_does(string destination, string? options, bool isAsked) =>
        Assert.Equal(isAsked, Table.Find(Delivery(destination) with { OptionsJson = options }) is not null);

    /// <summary>A held mail waits for an operator, and goes through the queue when it is released.</summary>
    [Fact]
    public void Nobody_is_asked_about_a_held_mail() =>
        Assert.Null(Table.Find(Delivery("sync") with { State = DeliveryState.Held, HoldReason = "why" }));

    [Fact]
    public void To_look_costs_no_memory()
    {
        var (asked, queued) = (Delivery("sync"), Delivery("queue"));
        Table.Find(asked);
        Table.Find(queued);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var count = 0; count < 100; count++)
        {
            Table.Find(asked);
            Table.Find(queued);
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static SpooledDelivery Delivery(string destination) =>
        SampleMail.Delivery("d", "m", FakeTime.Start, destination) with { OptionsJson = null };
}
