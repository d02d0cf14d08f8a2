using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.MailFlow.Queue.Scheduling;

/// <summary>What is in memory, what is only in the spool, and which claims are given back.</summary>
public class DestinationBacklogTests
{
    private static readonly DateTimeOffset Never = DateTimeOffset.MaxValue;

    private readonly SchedulingSample _sample = new();

    [Fact]
    public void Claimed_deliveries_wait_in_the_window_and_the_rest_is_known_to_be_in_the_spool()
    {
        var backlog = Backlog(limit: 4);
        var next = _sample.Now.AddSeconds(9);
        backlog.EndRefill(Begin(backlog), new ClaimResult([Claimed("a", 1, 7), Claimed("b", 2, 8)], next), Never);
        Assert.Equal((2, next, true), (backlog.Window.Count, backlog.Window.Horizon, backlog.Window.HasMore));
        Assert.Equal(7, backlog.Find("a")!.Fence);
        Assert.Empty(_sample.Released.Take());
    }

    [Fact]
    public void What_was_left_while_the_spool_was_asked_is_not_forgotten()
    {
        var backlog = Backlog();
        var request = Begin(backlog);
        backlog.Leave(_sample.Now.AddSeconds(3));
        backlog.Leave(_sample.Now.AddSeconds(5));
        backlog.EndRefill(request, new ClaimResult([], null), Never);
        Assert.Equal((true, _sample.Now.AddSeconds(3)), (backlog.Window.HasMore, backlog.Window.Horizon));
        backlog.EndRefill(Begin(backlog), new ClaimResult([], null), Never);
        Assert.False(backlog.Window.HasMore);
    }

    [Fact]
    public void An_answer_from_before_a_change_is_given_back_whole()
    {
        var backlog = Backlog();
        backlog.Leave(_sample.Now);
        var request = Begin(backlog);
        backlog.Refill.Invalidate();
        backlog.EndRefill(request, new ClaimResult([Claimed("a", 0, 7)], null), Never);
        Assert.Equal(0, backlog.Count);
        Assert.Equal([new DeliveryClaim("a", "this queue", 7)], _sample.Released.Take());
        Assert.True(backlog.NeedsRefill(_sample.Now));
    }

    [Fact]
    public void An_answer_in_another_order_is_given_back_whole()
    {
        var backlog = Backlog();
        var request = Begin(backlog);
        backlog.EndRefill(request with { KeepsOrder = true }, new ClaimResult([Claimed("a", 0, 7)], null), Never);
        Assert.Equal((0, 1), (backlog.Count, _sample.Released.Take().Count));
    }

    [Fact]
    public void A_time_that_was_stored_under_a_clock_ahead_is_brought_back()
    {
        var backlog = Backlog();
        var latest = _sample.Now.AddHours(1);
        backlog.EndRefill(Begin(backlog), new ClaimResult([Claimed("a", 1, 7), Claimed("b", 86_400, 8)], null), latest);
        Assert.Equal((_sample.Now.AddSeconds(1), latest), (backlog.Find("a")!.DueAt, backlog.Find("b")!.DueAt));
    }

    [Fact]
    public void Too_many_are_given_back_the_latest_first()
    {
        var backlog = Backlog(limit: 2);
        backlog.EndRefill(Begin(backlog), new ClaimResult([Claimed("a", 1, 7), Claimed("b", 2, 8), Claimed("c", 3, 9)], null), Never);
        Assert.Equal([new DeliveryClaim("c", "this queue", 9)], _sample.Released.Take());
        Assert.Equal((2, _sample.Now.AddSeconds(3)), (backlog.Count, backlog.Window.Horizon));
    }

    [Fact]
    public void A_delivery_that_is_claimed_again_is_here_once_with_its_new_fence()
    {
        var backlog = Backlog();
        var first = Register(backlog, "a");
        backlog.Window.Add(first);
        backlog.EndRefill(Begin(backlog), new ClaimResult([Claimed("a", 5, 9)], null), Never);
        Assert.Equal((1, 1, 9), (backlog.Count, backlog.Window.Count, backlog.Find("a")!.Fence));
        Assert.Equal(_sample.Now.AddSeconds(5), backlog.Find("a")!.DueAt);
        var busy = backlog.Find("a")!;
        backlog.Window.Take(busy);
        backlog.EndRefill(Begin(backlog), new ClaimResult([Claimed("a", 5, 10)], null), Never);
        Assert.Same(busy, backlog.Find("a"));
        Assert.Equal((10, 0), (busy.Fence, backlog.Window.Count));
    }

    [Fact]
    public void A_delivery_that_ended_is_forgotten_and_its_claim_ended_with_it()
    {
        var backlog = Backlog();
        backlog.Forget(Register(backlog, "a"));
        Assert.Equal(0, backlog.Count);
        Assert.Empty(_sample.Released.Take());
    }

    [Fact]
    public void A_delivery_that_is_put_back_too_late_for_the_window_is_given_back()
    {
        var backlog = Backlog(limit: 4);
        backlog.Leave(_sample.Now);
        var (soon, late, other) = (Register(backlog, "soon"), Register(backlog, "late"), Register(backlog, "other"));
        backlog.Window.Add(other);
        late.DueAt = _sample.Now.AddHours(1);
        backlog.PutBack(late, isRecorded: true);
        Assert.Equal([new DeliveryClaim("late", "this queue", ClaimTerms.FirstFence)], _sample.Released.Take());
        soon.DueAt = _sample.Now.AddHours(1);
        // The spool has it with its old time, and would hand it out at once.
        backlog.PutBack(soon, isRecorded: false);
        Assert.Equal((2, 2), (backlog.Count, backlog.Window.Count));
    }

    [Fact]
    public void A_removed_destination_gives_waiting_deliveries_back_and_finishes_running_attempts()
    {
        var backlog = Backlog();
        var (waiting, busy) = (Register(backlog, "waiting"), Register(backlog, "busy"));
        backlog.Window.Add(waiting);
        backlog.Window.Add(busy);
        backlog.Window.Take(busy);
        backlog.GiveBackWaiting();
        Assert.Equal("waiting", Assert.Single(_sample.Released.Take()).DeliveryId);
        Assert.Same(busy, backlog.Find("busy"));
        Assert.Equal(1, backlog.Count);
    }

    [Fact]
    public void A_new_order_reads_everything_anew_and_keeps_the_places_of_what_is_under_way()
    {
        var backlog = Backlog();
        var busy = Register(backlog, "busy");
        backlog.Window.Add(busy);
        backlog.Window.Take(busy);
        backlog.Window.Add(Register(backlog, "waiting"));
        backlog.Reorder(DeliveryOrder.Sender, 10);
        Assert.Equal("waiting", Assert.Single(_sample.Released.Take()).DeliveryId);
        Assert.True(backlog.NeedsRefill(_sample.Now));
        backlog.EndRefill(Begin(backlog), new ClaimResult([Claimed("waiting", 0, 9)], null), Never);
        // The same sender: it waits for the one under way.
        Assert.Null(backlog.Window.Next);
        backlog.Forget(busy);
        Assert.Equal("waiting", backlog.Window.Next!.Delivery.Id);
    }

    [Fact]
    public void Where_an_order_is_kept_nothing_new_is_taken_while_the_spool_is_read()
    {
        var backlog = Backlog(DeliveryOrder.Sender);
        Assert.NotNull(TryRegister(backlog, "a"));
        Begin(backlog);
        Assert.Null(TryRegister(backlog, "b"));
        var shared = new DestinationBacklog(DeliveryOrder.Sender, 10, new ClaimTerms("a", TimeSpan.FromSeconds(30)), _sample.Released);
        Assert.Null(TryRegister(shared, "c"));
    }

    [Fact]
    public void Where_claims_expire_the_spool_is_asked_again_when_something_is_due()
    {
        var backlog = new DestinationBacklog(DeliveryOrder.None, 10, new ClaimTerms("a", TimeSpan.FromSeconds(30)), _sample.Released);
        var later = _sample.Now.AddMinutes(5);
        backlog.EndRefill(Begin(backlog), new ClaimResult([], later), Never);
        Assert.Equal((later, false), (backlog.AskAgainAt, backlog.NeedsRefill(_sample.Now)));
        Assert.True(backlog.NeedsRefill(later));
        var forever = Backlog();
        forever.EndRefill(Begin(forever), new ClaimResult([], later), Never);
        Assert.Equal((null, true), (forever.AskAgainAt, forever.NeedsRefill(_sample.Now)));
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(3, true)]
    public void A_window_is_refilled_below_half(int count, bool needsRefill)
    {
        var backlog = Backlog(limit: 8);
        for (var index = 0; index < count; index++)
            backlog.Window.Add(Register(backlog, $"d{index}"));
        backlog.Leave(_sample.Now);
        Assert.Equal(needsRefill, backlog.NeedsRefill(_sample.Now));
    }

    [Fact]
    public void A_full_window_is_refilled_when_the_spool_has_something_earlier()
    {
        var backlog = Backlog(limit: 2);
        foreach (var id in new[] { "a", "b" })
        {
            var late = _sample.Delivery(id, dueInSeconds: 60);
            backlog.Window.Add(backlog.Register(late.Delivery, late.Message, _sample.Now)!);
        }
        backlog.Leave(_sample.Now.AddSeconds(60));
        Assert.False(backlog.NeedsRefill(_sample.Now));
        backlog.Leave(_sample.Now.AddSeconds(59));
        Assert.True(backlog.NeedsRefill(_sample.Now));
    }

    private DestinationBacklog Backlog(DeliveryOrder order = DeliveryOrder.None, int limit = 10) =>
        new(order, limit, SchedulingSample.Forever, _sample.Released);

    private ClaimRequest Begin(DestinationBacklog backlog) => backlog.BeginRefill("hook", _sample.Now);

    private QueuedDelivery? TryRegister(DestinationBacklog backlog, string id)
    {
        var queued = _sample.Delivery(id);
        return backlog.Register(queued.Delivery, queued.Message, _sample.Now);
    }

    private QueuedDelivery Register(DestinationBacklog backlog, string id)
    {
        var queued = TryRegister(backlog, id);
        Assert.NotNull(queued);
        return queued;
    }

    private ClaimedDelivery Claimed(string id, int dueInSeconds, long fence)
    {
        var delivery = SampleMail.Delivery(id, id, _sample.Now) with { NextAttemptAt = _sample.Now.AddSeconds(dueInSeconds) };
        return new ClaimedDelivery(delivery, _sample.Message(id), fence);
    }
}
