using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Scheduling;

namespace InboundBridge.UnitTests.MailFlow.Queue.Scheduling;

public class OrderLanesTests
{
    private readonly SchedulingSample _sample = new();

    [Fact]
    public void Without_an_order_every_delivery_is_the_first()
    {
        var lanes = new OrderLanes(DeliveryOrder.None);
        var (a, b) = (_sample.Delivery("a"), _sample.Delivery("b"));
        Enter(lanes, a, b);
        Assert.True(lanes.IsFirst(a) && lanes.IsFirst(b));
        Assert.Empty(lanes.Leave(a));
        Assert.False(lanes.KeepsOrder);
    }

    [Fact]
    public void Mail_of_one_sender_goes_one_after_the_other_whatever_the_case_of_its_letters()
    {
        var lanes = new OrderLanes(DeliveryOrder.Sender);
        var (a, b, other) =
            (_sample.Delivery("a", sender: "al@x"), _sample.Delivery("b", sender: "AL@x"), _sample.Delivery("o", sender: "bo@x"));
        Enter(lanes, a, b, other);
        Assert.Equal([true, false, true], new[] { a, b, other }.Select(lanes.IsFirst));
        Assert.Equal([b], lanes.Leave(a));
        Assert.True(lanes.IsFirst(b));
    }

    [Fact]
    public void A_delivery_for_several_recipients_must_be_the_first_for_each()
    {
        var lanes = new OrderLanes(DeliveryOrder.Recipient);
        var (ann, bob) = (_sample.Delivery("ann", recipients: "ann@x"), _sample.Delivery("bob", recipients: "bob@x"));
        var both = _sample.Delivery("both", recipients: ["ann@x", "bob@x"]);
        var after = _sample.Delivery("after", recipients: "bob@x");
        Enter(lanes, ann, bob, both, after);
        Assert.Equal([true, true, false, false], new[] { ann, bob, both, after }.Select(lanes.IsFirst));
        Assert.Empty(lanes.Leave(ann));
        Assert.Equal([both], lanes.Leave(bob));
        Assert.Equal([after], lanes.Leave(both));
    }

    [Fact]
    public void A_recipient_named_twice_counts_once()
    {
        var lanes = new OrderLanes(DeliveryOrder.Recipient);
        var twice = _sample.Delivery("twice", recipients: ["ann@x", "ANN@x"]);
        Enter(lanes, twice);
        Assert.True(lanes.IsFirst(twice));
        lanes.Leave(twice);
        Assert.Equal(0, lanes.Count);
        var next = _sample.Delivery("next", recipients: "ann@x");
        Enter(lanes, next);
        Assert.True(lanes.IsFirst(next));
    }

    [Fact]
    public void A_delivery_leaves_the_lanes_that_it_entered_even_if_recipients_were_removed_since()
    {
        var lanes = new OrderLanes(DeliveryOrder.Recipient);
        var first = _sample.Delivery("first", recipients: ["ann@x", "bob@x"]);
        var next = _sample.Delivery("next", recipients: "ann@x");
        Enter(lanes, first, next);
        first.Delivery = first.Delivery with { Recipients = [first.Delivery.Recipients[1]] };
        Assert.Equal([next], lanes.Leave(first));
    }

    [Fact]
    public void A_delivery_in_the_middle_can_leave_and_frees_nothing()
    {
        var lanes = new OrderLanes(DeliveryOrder.Sender);
        var (a, b, c) = (_sample.Delivery("a"), _sample.Delivery("b"), _sample.Delivery("c"));
        Enter(lanes, a, b, c);
        // The first is still the first, and is named again.
        Assert.Equal([a], lanes.Leave(b));
        Assert.Equal([c], lanes.Leave(a));
    }

    [Fact]
    public void Lanes_without_deliveries_take_no_memory()
    {
        var lanes = new OrderLanes(DeliveryOrder.Sender);
        for (var index = 0; index < 100; index++)
        {
            var delivery = _sample.Delivery($"d{index}", sender: $"s{index}@x");
            Enter(lanes, delivery);
            Assert.Equal(1, lanes.Count);
            lanes.Leave(delivery);
        }
        Assert.Equal(0, lanes.Count);
    }

    private static void Enter(OrderLanes lanes, params QueuedDelivery[] deliveries) => Array.ForEach(deliveries, lanes.Enter);
}
