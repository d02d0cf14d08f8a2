using System.Text;
using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Queue;
using InboundBridge.Mime;
using InboundBridge.UnitTests.Mime.Reports;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook;

public class ComposeGateTests
{
    [Fact]
    public async Task Who_does_not_fit_waits_his_turn()
    {
        var gate = new ComposeGate(10);
        var first = await gate.EnterAsync(6, CancellationToken.None);
        var second = gate.EnterAsync(6, CancellationToken.None).AsTask();
        var small = gate.EnterAsync(1, CancellationToken.None).AsTask();
        Assert.False(second.IsCompleted);
        Assert.False(small.IsCompleted);
        first.Dispose();
        (await second).Dispose();
        (await small).Dispose();
        (await gate.EnterAsync(10, CancellationToken.None)).Dispose();
    }

    [Fact]
    public async Task A_mail_heavier_than_all_the_room_goes_alone()
    {
        var gate = new ComposeGate(10);
        var small = await gate.EnterAsync(1, CancellationToken.None);
        var heavy = gate.EnterAsync(1000, CancellationToken.None).AsTask();
        Assert.False(heavy.IsCompleted);
        small.Dispose();
        var place = await heavy;
        var next = gate.EnterAsync(1, CancellationToken.None).AsTask();
        Assert.False(next.IsCompleted);
        place.Dispose();
        (await next).Dispose();
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_no_room()
    {
        var gate = new ComposeGate(10);
        using var stop = new CancellationTokenSource();
        var first = await gate.EnterAsync(10, CancellationToken.None);
        var second = gate.EnterAsync(5, stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        first.Dispose();
        (await gate.EnterAsync(10, CancellationToken.None)).Dispose();
    }

    [Theory]
    [InlineData("json", true)]
    [InlineData("postmark", true)]
    [InlineData("raw", false)]
    public async Task A_packed_report_waits_where_it_would_be_read_and_ordinary_mail_never(string format, bool waits)
    {
        var gate = new ComposeGate(1);
        var handler = new RecordingHandler();
        var target = new WebhookTarget(Options with { Format = format }, Services(handler) with { Gate = gate });
        var place = await gate.EnterAsync(1, CancellationToken.None);
        Assert.IsType<DeliveryOutcome.Delivered>(await target.DeliverAsync(Attempt(), CancellationToken.None));
        var report = Attempt(content: MimeSource.FromMemory(PackedMail.Of("application/gzip", "a.xml.gz", PackedMail.Gzip(Encoding.UTF8.GetBytes(PackedMail.Feedback(""))))));
        var delivery = target.DeliverAsync(report, CancellationToken.None).AsTask();
        if (waits)
            Assert.False(delivery.IsCompleted);
        else
            Assert.IsType<DeliveryOutcome.Delivered>(await delivery);
        place.Dispose();
        Assert.IsType<DeliveryOutcome.Delivered>(await delivery);
        Assert.Equal(2, handler.Requests.Count);
    }
}
