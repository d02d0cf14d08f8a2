using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Deliveries;
using InboundBridge.Operations.Principals;

namespace InboundBridge.UnitTests.Host.Operations.Deliveries;

/// <summary>What is foretold of a change is what the store does.</summary>
public sealed class BulkPlanningTests
{
    private static readonly string[] Destinations = ["", "hook", "gone"];

    private static readonly HashSet<string> Configured = new(["hook", "other"], StringComparer.Ordinal);

    public static TheoryData<string, string?> Changes => new()
    {
        { "Retry", null }, { "Cancel", null }, { "Release", null }, { "Release", "other" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Each_delivery_is_foretold_as_it_is_changed(string actionName, string? to)
    {
        var action = Enum.Parse<DeliveryAction>(actionName);
        var change = new DeliveryChange
        {
            Kind = Enum.Parse<DeliveryChangeKind>(actionName),
            Filter = new DeliveryFilter(),
            At = DateTimeOffset.UnixEpoch,
            Destination = to,
            Configured = action == DeliveryAction.Cancel ? null : Configured,
        };
        foreach (var destination in Destinations)
        {
            foreach (var state in Enum.GetValues<DeliveryState>())
            {
                var changes = DeliveryTransitions.Apply(change, Delivery(destination, state), hasContent: true) is not null;
                var plan = new BulkPlanning(action, to, Configured).Of([new DeliveryTally(destination, state, 7)]);
                Assert.Equal((destination, state, changes ? 7 : 0), (destination, state, plan.Count));
                Assert.Equal(changes ? 0 : 7, plan.Rest.Sum(rest => rest.Count));
            }
        }
    }

    [Fact]
    public void The_rest_is_told_by_its_reason_and_names_the_destination()
    {
        var plan = new BulkPlanning(DeliveryAction.Release, null, Configured).Of(
        [
            new DeliveryTally("gone", DeliveryState.Held, 5), new DeliveryTally("", DeliveryState.Held, 2),
            new DeliveryTally("", DeliveryState.Dead, 1), new DeliveryTally("hook", DeliveryState.Held, 4),
        ]);
        Assert.Equal((4, false), (plan.Count, plan.IsMost));
        Assert.Equal([5, 3], plan.Rest.Select(rest => rest.Count));
        Assert.Contains("'gone', which is not configured", plan.Rest[0].Why, StringComparison.Ordinal);
        Assert.Contains("no destination of their own", plan.Rest[1].Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelled_mail_may_be_gone() =>
        Assert.True(
            new BulkPlanning(DeliveryAction.Retry, null, Configured).Of([new DeliveryTally("hook", DeliveryState.Cancelled, 1)]).IsMost);

    private static SpooledDelivery Delivery(string destination, DeliveryState state) => new()
    {
        Id = "d",
        MessageId = "m",
        Destination = destination,
        Recipients = [new MailRecipient("ann@example.com")],
        CreatedAt = DateTimeOffset.UnixEpoch,
        QueuedAt = DateTimeOffset.UnixEpoch,
        NextAttemptAt = DateTimeOffset.UnixEpoch,
        State = state,
    };
}
