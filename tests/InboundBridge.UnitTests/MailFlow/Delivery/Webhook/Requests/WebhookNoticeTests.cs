using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract.Notices;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Requests;

/// <summary>docs/notices.md shows the body of a notice, and every format sends exactly that, signed.</summary>
public sealed class WebhookNoticeTests
{
    private static readonly MailNotice Notice = new(
        "dead_letter", "helpdesk", 1240, Now.AddMilliseconds(-678), Now.AddMilliseconds(-678).AddMinutes(10),
        "1240 deliveries to helpdesk are dead.", "500 Internal Server Error", Message.Id, "mx1.example.com");

    [Theory]
    [InlineData("json")]
    [InlineData("raw")]
    [InlineData("mailgun")]
    [InlineData("cloudevents")]
    public async Task The_body_is_that_of_the_page_in_every_format(string format)
    {
        var handler = new RecordingHandler();
        var attempt = Attempt() with { Message = Message with { Envelope = Message.Envelope with { Notice = Notice } } };
        var outcome = await DeliverAsync(handler, Options with { Format = format }, attempt);
        Assert.IsType<DeliveryOutcome.Delivered>(outcome);
        var page = await File.ReadAllTextAsync(
            Path.Combine(RepositoryFiles.Root, "docs/notices.md"), TestContext.Current.CancellationToken);
        var block = Regex.Match(page, "```json\n(?<json>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture);
        var shown = JsonNode.Parse(block.Groups["json"].Value);
        Assert.True(JsonNode.DeepEquals(shown, JsonNode.Parse(handler.Request.Text)), handler.Request.Text);
        Assert.Equal("application/json", handler.Request.Header("Content-Type"));
        Assert.True(SignatureCheck.IsSigned(handler.Request, Secret));
        Assert.Equal(Sample.Id, handler.Request.Header("webhook-id"));
    }

    [Fact]
    public async Task A_receiver_that_fails_is_tried_again()
    {
        var attempt = Attempt() with { Message = Message with { Envelope = Message.Envelope with { Notice = Notice } } };
        Assert.IsType<DeliveryOutcome.RetryLater>(await DeliverAsync(new RecordingHandler(503), attempt: attempt));
    }

    [Fact]
    public async Task A_traced_attempt_tells_the_receiver_its_span()
    {
        var handler = new RecordingHandler();
        const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        await DeliverAsync(handler, attempt: Attempt() with { TraceParent = Parent });
        await DeliverAsync(handler);
        Assert.Equal([Parent, null], handler.Requests.Select(request => request.Header("traceparent")));
    }
}
