using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.MailFlow.Queue.Scheduling;

public class DueWindowTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_is_too_much_is_left_in_the_spool_the_latest_first()
    {
        var window = new DueWindow(DeliveryOrder.None, 4);
        foreach (var second in new[] { 5, 1, 4, 2, 3, 6 })
            await AddAsync(window, second);
        Assert.Equal([6, 5], window.Trim().Select(late => (late.DueAt - Now).TotalSeconds));
        Assert.Equal((4, Now.AddSeconds(5), true), (window.Count, window.Horizon, window.HasMore));
        Assert.True(window.Wants(Now.AddSeconds(4)));
        Assert.False(window.Wants(Now.AddSeconds(5)));
        Assert.Equal(Now.AddSeconds(1), window.Next!.DueAt);
    }

    [Fact]
    public void A_busy_destination_that_was_overrun_once_takes_new_mail_from_memory_again()
    {
        var window = new DueWindow(DeliveryOrder.None, 8);
        window.LeaveInSpool(Now);
        Assert.True(window.Wants(Now.AddSeconds(1)));
        window.SawSpool(DateTimeOffset.MaxValue);
        Assert.False(window.HasMore);
    }

    [Fact]
    public void An_order_is_not_broken_by_keeping_new_mail_while_older_is_in_the_spool()
    {
        var window = new DueWindow(DeliveryOrder.Sender, 8);
        Assert.True(window.Wants(Now));
        window.LeaveInSpool(Now);
        Assert.False(window.Wants(Now));
    }

    private static async Task AddAsync(DueWindow window, int second)
    {
        using var folder = new SpoolFolder();
        await using var spool = await SpoolOpening.OpenAsync(folder.Path, new FakeTimeProvider(FakeTime.Start));
        await using var staged = await SampleMail.StageAsync(spool, $"m{second}", []);
        var delivery = SampleMail.Delivery($"m{second}", staged.Id, Now) with { NextAttemptAt = Now.AddSeconds(second) };
        var queued = new QueuedDelivery(delivery, SampleMail.Message(staged, Now));
        window.Reserve(queued);
        window.Add(queued);
    }
}
