using System.Text;
using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime.Reading;
using InboundBridge.UnitTests.MailFlow.Delivery.Webhook;
using InboundBridge.UnitTests.Mime.Reports;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;

namespace InboundBridge.UnitTests.MailFlow.Parsing;

public class ReadingGateTests
{
    [Fact]
    public async Task A_mail_that_does_not_fit_waits_for_its_turn()
    {
        var gate = new ReadingGate(10);
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
    public async Task A_mail_heavier_than_the_whole_limit_is_read_alone()
    {
        var gate = new ReadingGate(10);
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

    [Theory]
    [InlineData("text/html", true)]
    [InlineData("text/plain; charset=utf-7", true)]
    [InlineData("application/pdf", false)]
    public void A_text_of_megabytes_weighs_more_than_a_file(string type, bool isHeavy)
    {
        var octets = Encoding.ASCII.GetBytes($"Content-Type: {type}\r\n\r\n{new string('a', 3_000_000)}\r\n");
        using var source = MailContent.FromMemory(octets);
        var weight = ReadingWeight.Of(ParsedMail.Open(source), octets.Length);
        Assert.InRange(weight, octets.Length, isHeavy ? long.MaxValue : octets.Length);
        Assert.Equal(isHeavy, weight >= 8 * 3_000_000);
    }

    [Fact]
    public void Garbage_of_heavy_mails_is_collected_before_it_accumulates()
    {
        var collected = 0;
        var debris = new ReadingDebris(100, () => collected++);
        debris.Count(60);
        Assert.Equal(0, collected);
        debris.Count(60);
        debris.Count(99);
        Assert.Equal(1, collected);
        debris.Count(1);
        Assert.Equal(2, collected);
    }

    [Fact]
    public async Task A_cancelled_wait_frees_its_place()
    {
        var gate = new ReadingGate(10);
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
    public async Task A_compressed_report_waits_for_its_turn_and_ordinary_mail_never_does(string format, bool waits)
    {
        var gate = new ReadingGate(1);
        var handler = new RecordingHandler();
        var target = new WebhookTarget(Options with { Format = format }, Services(handler) with { Gate = gate });
        var place = await gate.EnterAsync(1, CancellationToken.None);
        Assert.IsType<DeliveryOutcome.Delivered>(await target.DeliverAsync(Attempt(), CancellationToken.None));
        var report =
            Attempt(content: MailContent.FromMemory(
                PackedMail.Of("application/gzip", "a.xml.gz", PackedMail.Gzip(Encoding.UTF8.GetBytes(PackedMail.Feedback(""))))));
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
