using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Scheduling;

namespace InboundBridge.UnitTests.MailFlow.Queue.Scheduling;

public class DueWindowTests
{
    private readonly SchedulingSample _sample = new();

    private DateTimeOffset Now => _sample.Now;

    [Fact]
    public void Too_many_deliveries_are_left_in_the_spool_the_latest_first()
    {
        var window = new DueWindow(DeliveryOrder.None, 4);
        foreach (var second in new[] { 5, 1, 4, 2, 3, 6 })
            Add(window, $"d{second}", second);
        Assert.Equal([6, 5], window.Trim().Select(late => (late.DueAt - Now).TotalSeconds));
        Assert.Equal((4, Now.AddSeconds(5), true), (window.Count, window.Horizon, window.HasMore));
        Assert.True(window.Wants(Now.AddSeconds(4)));
        Assert.False(window.Wants(Now.AddSeconds(5)));
        Assert.Equal(Now.AddSeconds(1), window.Next!.DueAt);
    }

    [Fact]
    public void Of_two_deliveries_due_at_the_same_time_the_older_one_goes_first()
    {
        var window = new DueWindow(DeliveryOrder.None, 4);
        foreach (var id in new[] { "z", "a", "m" })
            Add(window, id, 1);
        var order = new List<string>();
        while (window.Next is { } next)
        {
            order.Add(next.Delivery.Id);
            window.Release(next);
        }
        Assert.Equal(["z", "a", "m"], order);
    }

    [Fact]
    public void A_busy_destination_that_was_overrun_once_keeps_new_mail_in_memory_again()
    {
        var window = new DueWindow(DeliveryOrder.None, 8);
        window.LeaveInSpool(Now);
        Assert.True(window.Wants(Now.AddSeconds(1)));
        Add(window, "a", 0);
        Add(window, "b", 0);
        Assert.False(window.Wants(Now.AddSeconds(1)));
        window.SawSpool(DateTimeOffset.MaxValue);
        Assert.False(window.HasMore);
        Assert.True(window.Wants(Now.AddDays(1)));
    }

    [Fact]
    public void The_horizon_is_the_earliest_that_was_left_in_the_spool()
    {
        var window = new DueWindow(DeliveryOrder.None, 8);
        window.LeaveInSpool(Now.AddSeconds(5));
        window.LeaveInSpool(Now.AddSeconds(9));
        Assert.Equal(Now.AddSeconds(5), window.Horizon);
        window.SawSpool(Now.AddSeconds(20));
        Assert.Equal((true, Now.AddSeconds(20)), (window.HasMore, window.Horizon));
    }

    [Fact]
    public void A_delivery_that_is_attempted_is_not_handed_out_again_before_it_is_put_back()
    {
        var window = new DueWindow(DeliveryOrder.None, 8);
        var delivery = Add(window, "a", 0);
        window.Take(delivery);
        Assert.Equal((null, 0, QueuedState.Active), (window.Next, window.Count, delivery.State));
        window.Add(delivery);
        Assert.Equal((delivery, 1, QueuedState.Waiting), (window.Next, window.Count, delivery.State));
    }

    [Fact]
    public void A_delivery_that_waits_for_an_earlier_one_of_its_order_is_counted_and_not_handed_out()
    {
        var window = new DueWindow(DeliveryOrder.Sender, 8);
        var (first, second, third) = (Add(window, "a", 9), Add(window, "b", 0), Add(window, "c", 1));
        Assert.Equal((first, 3), (window.Next, window.Count));
        window.Take(first);
        Assert.Equal((null, 2), (window.Next, window.Count));
        window.Release(first);
        Assert.Equal((second, 2), (window.Next, window.Count));
        window.Release(third);
        Assert.Equal((second, 1), (window.Next, window.Count));
        window.Release(second);
        Assert.Equal((null, 0), (window.Next, window.Count));
    }

    [Fact]
    public void The_first_of_an_order_is_handed_out_only_while_it_waits()
    {
        var window = new DueWindow(DeliveryOrder.Sender, 8);
        var (first, second) = (Add(window, "a", 0), Add(window, "b", 0));
        window.Take(first);
        // Removing a delivery from the middle of a lane does not change its first one, which is being attempted.
        window.Release(second);
        Assert.Null(window.Next);
        var arriving = _sample.Delivery("c");
        window.Reserve(arriving);
        window.Release(first);
        // Its commit is under way.
        Assert.Equal((null, 0), (window.Next, window.Count));
        window.Add(arriving);
        Assert.Equal((arriving, 1), (window.Next, window.Count));
    }

    [Fact]
    public void An_order_is_not_broken_by_keeping_new_mail_while_older_is_in_the_spool()
    {
        var window = new DueWindow(DeliveryOrder.Sender, 2);
        Assert.True(window.Wants(Now));
        window.LeaveInSpool(Now);
        Assert.False(window.Wants(Now));
        window.SawSpool(DateTimeOffset.MaxValue);
        Assert.True(window.Wants(Now));
    }

    [Fact]
    public void Where_an_order_is_kept_the_window_is_eight_times_as_large_and_is_not_trimmed()
    {
        var window = new DueWindow(DeliveryOrder.Recipient, 1);
        Assert.Equal((8, 1), (window.Limit, new DueWindow(DeliveryOrder.None, 1).Limit));
        for (var index = 0; index < 9; index++)
            Add(window, $"d{index}", index);
        Assert.Empty(window.Trim());
        Assert.Equal(9, window.Count);
        Assert.False(window.Wants(Now));
    }

    private QueuedDelivery Add(DueWindow window, string id, int second)
    {
        var queued = _sample.Delivery(id, second);
        window.Reserve(queued);
        window.Add(queued);
        return queued;
    }
}
