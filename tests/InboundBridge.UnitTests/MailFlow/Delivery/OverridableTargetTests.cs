using InboundBridge.MailFlow.Delivery;
using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Delivery.Webhook;

namespace InboundBridge.UnitTests.MailFlow.Delivery;

public sealed class OverridableTargetTests : IAsyncDisposable
{
    private readonly List<RecordingTarget> _made = [];
    private readonly RecordingTarget _own = new("own");

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    [Fact]
    public async Task A_delivery_without_overrides_goes_to_the_destinations_own_target()
    {
        await using var target = Target();
        await DeliverAsync(target, null);
        Assert.Equal(1, _own.Deliveries);
        Assert.Empty(_made);
    }

    [Fact]
    public async Task Each_set_of_overrides_has_one_target()
    {
        await using var target = Target();
        foreach (var options in new[] { "a", "b", "a" })
            await DeliverAsync(target, options);
        Assert.Equal([("a", 2), ("b", 1)], _made.Select(made => (made.Name, made.Deliveries)));
        Assert.Equal(0, _own.Deliveries);
    }

    [Fact]
    public async Task The_target_that_was_not_used_for_longest_goes_first()
    {
        await using var target = Target();
        for (var number = 0; number < 32; number++)
            await DeliverAsync(target, $"{number}");
        await DeliverAsync(target, "0");
        await DeliverAsync(target, "another");
        Assert.Equal(["1"], _made.Where(made => made.IsDisposed).Select(made => made.Name));
    }

    [Fact]
    public async Task Options_that_do_not_fit_wait_and_so_do_unreadable_ones()
    {
        await using var target = Target();
        // Not a failure of the server: the circuit stays closed.
        Assert.Equal(new DeliveryOutcome.RetryLater("wrong", Answered: true), await DeliverAsync(target, "wrong"));
        Assert.Equal(new DeliveryOutcome.RetryLater("gone"), await DeliverAsync(target, "gone"));
        Assert.IsType<DeliveryOutcome.RetryLater>(await DeliverAsync(target, SpooledDelivery.UnreadableOptions));
    }

    [Fact]
    public async Task All_targets_are_disposed_with_it()
    {
        var target = Target();
        await DeliverAsync(target, "a");
        await target.DisposeAsync();
        Assert.True(_own.IsDisposed);
        Assert.All(_made, made => Assert.True(made.IsDisposed));
    }

    private OverridableTarget Target() => new(_own, options => options switch
    {
        "wrong" => throw new FormatException("wrong"),
        "gone" => throw new IOException("gone"),
        _ => Made(options),
    });

    private RecordingTarget Made(string options)
    {
        var made = new RecordingTarget(options);
        _made.Add(made);
        return made;
    }

    private static ValueTask<DeliveryOutcome> DeliverAsync(OverridableTarget target, string? options) =>
        target.DeliverAsync(WebhookFixture.Attempt(WebhookFixture.Sample with { OptionsJson = options }), CancellationToken.None);

    private sealed class RecordingTarget(string name) : IDeliveryTarget
    {
        public string Name => name;

        public int Deliveries { get; private set; }

        public bool IsDisposed { get; private set; }

        public ValueTask<DeliveryOutcome> DeliverAsync(DeliveryAttempt attempt, CancellationToken cancellationToken)
        {
            Deliveries++;
            return ValueTask.FromResult<DeliveryOutcome>(new DeliveryOutcome.Delivered("250 ok"));
        }

        public ValueTask<DeliveryOutcome> ProbeAsync(CancellationToken cancellationToken) =>
            ValueTask.FromResult<DeliveryOutcome>(new DeliveryOutcome.Delivered("up"));

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }
    }
}
