using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.MailFlow.Queue.Scheduling;

/// <summary>
/// What is left to the spool while the spool is being read. Its answer may not know of it, and nobody else would ask again.
/// </summary>
public class RefillRaceTests
{
    private static readonly DateTimeOffset Never = DateTimeOffset.MaxValue;

    private readonly SchedulingSample _sample = new();

    [Fact]
    public void A_retry_that_goes_back_to_the_spool_while_it_is_read_is_not_forgotten()
    {
        var backlog = Backlog(limit: 4);
        var (late, other) = (Register(backlog, "late"), Register(backlog, "other"));
        backlog.Window.Add(other);
        backlog.Leave(_sample.Now.AddSeconds(10));
        var request = backlog.BeginRefill("hook", _sample.Now);
        late.DueAt = _sample.Now.AddHours(1);
        backlog.PutBack(late, isRecorded: true);
        Assert.Null(backlog.Find("late"));
        backlog.EndRefill(request, new ClaimResult([], null), Never);
        Assert.Equal((true, _sample.Now.AddHours(1)), (backlog.Window.HasMore, backlog.Window.Horizon));
    }

    [Fact]
    public void A_delivery_that_found_no_room_while_the_spool_is_read_is_not_forgotten()
    {
        var backlog = Backlog(limit: 2);
        foreach (var second in new[] { 1, 2, 3 })
            backlog.Window.Add(Register(backlog, $"d{second}", second));
        var request = backlog.BeginRefill("hook", _sample.Now);
        backlog.Trim();
        Assert.Null(backlog.Find("d3"));
        backlog.EndRefill(request, new ClaimResult([], null), Never);
        Assert.Equal((true, _sample.Now.AddSeconds(3)), (backlog.Window.HasMore, backlog.Window.Horizon));
    }

    [Fact]
    public void A_destination_that_is_removed_while_the_spool_is_read_keeps_no_claims()
    {
        var backlog = Backlog(limit: 4);
        backlog.Leave(_sample.Now);
        var request = backlog.BeginRefill("hook", _sample.Now);
        backlog.GiveBackWaiting();
        var delivery = SampleMail.Delivery("a", "a", _sample.Now);
        backlog.EndRefill(request, new ClaimResult([new ClaimedDelivery(delivery, _sample.Message("a"), 7)], null), Never);
        Assert.Equal(0, backlog.Count);
        Assert.Equal([new DeliveryClaim("a", "this queue", 7)], _sample.Released.Take());
    }

    [Fact]
    public void Deliveries_that_wait_while_the_order_changes_are_not_forgotten_for_an_answer_in_the_old_order()
    {
        var backlog = Backlog(limit: 4, DeliveryOrder.Sender);
        backlog.Window.Add(Register(backlog, "waiting"));
        backlog.Leave(_sample.Now);
        var request = backlog.BeginRefill("hook", _sample.Now);
        backlog.Reorder(DeliveryOrder.Recipient, 4);
        backlog.EndRefill(request, new ClaimResult([], null), Never);
        Assert.True(backlog.Window.HasMore);
    }

    [Fact]
    public void A_retry_keeps_its_place_in_an_order_although_the_spool_has_more()
    {
        var backlog = Backlog(limit: 1, DeliveryOrder.Sender);
        var first = Register(backlog, "first");
        backlog.Window.Add(first);
        backlog.Window.Take(first);
        backlog.Leave(_sample.Now);
        first.DueAt = _sample.Now.AddHours(1);
        backlog.PutBack(first, isRecorded: true);
        Assert.Same(first, backlog.Window.Next);
        Assert.Empty(_sample.Released.Take());
    }

    private DestinationBacklog Backlog(int limit, DeliveryOrder order = DeliveryOrder.None) =>
        new(order, limit, SchedulingSample.Forever, _sample.Released);

    private QueuedDelivery Register(DestinationBacklog backlog, string id, int dueInSeconds = 0)
    {
        var queued = _sample.Delivery(id, dueInSeconds);
        var registered = backlog.Register(queued.Delivery, queued.Message, _sample.Now);
        Assert.NotNull(registered);
        return registered;
    }
}
