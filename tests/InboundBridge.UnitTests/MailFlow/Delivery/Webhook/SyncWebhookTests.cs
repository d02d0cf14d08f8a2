using System.Net;
using InboundBridge.MailFlow.Delivery.Webhook;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook;

public class SyncWebhookTests
{
    [Theory]
    [InlineData(200, SyncVerdict.Delivered)]
    [InlineData(204, SyncVerdict.Delivered)]
    [InlineData(302, SyncVerdict.Queue)]
    [InlineData(400, SyncVerdict.Reject)]
    [InlineData(404, SyncVerdict.Reject)]
    [InlineData(408, SyncVerdict.Defer)]
    [InlineData(410, SyncVerdict.Reject)]
    [InlineData(425, SyncVerdict.Defer)]
    [InlineData(429, SyncVerdict.Defer)]
    [InlineData(500, SyncVerdict.Defer)]
    [InlineData(503, SyncVerdict.Defer)]
    public async Task A_status_is_the_senders_answer(int status, SyncVerdict verdict) =>
        Assert.Equal(verdict, (await AskAsync(new RecordingHandler(status))).Verdict);

    [Theory]
    [InlineData("text/plain", "No such ticket\r\nsecond line", "No such ticket")]
    [InlineData("text/plain", "Größe \u0007überschritten", "Gr??e  ?berschritten")]
    [InlineData("text/html", "<p>No</p>", "")]
    public async Task The_first_line_of_a_plain_answer_reaches_the_sender(string type, string body, string text)
    {
        var response = new HttpResponseMessage(HttpStatusCode.NotFound) { Content = new StringContent(body, System.Text.Encoding.UTF8, type) };
        Assert.Equal(text, (await AskAsync(new RecordingHandler(response))).Text);
    }

    [Fact]
    public async Task No_answer_leaves_it_to_the_queue()
    {
        var answer = await AskAsync(new RecordingHandler(_ => throw new HttpRequestException(HttpRequestError.NameResolutionError)));
        Assert.Equal(new SyncAnswer(SyncVerdict.Queue, string.Empty, "DNS: the receiver's name was not found"), answer);
    }

    [Theory]
    [InlineData(WebhookStatusMeaning.Delivered, SyncVerdict.Delivered)]
    [InlineData(WebhookStatusMeaning.Discard, SyncVerdict.Discarded)]
    [InlineData(WebhookStatusMeaning.Reject, SyncVerdict.Reject)]
    [InlineData(WebhookStatusMeaning.Fail, SyncVerdict.Reject)]
    [InlineData(WebhookStatusMeaning.Retry, SyncVerdict.Defer)]
    [InlineData(WebhookStatusMeaning.Pause, SyncVerdict.Queue)]
    public async Task The_operators_word_on_a_status_is_the_last(WebhookStatusMeaning meaning, SyncVerdict verdict)
    {
        var options = Options with { Responses = new Dictionary<int, WebhookStatusMeaning> { [418] = meaning } };
        Assert.Equal(verdict, (await AskAsync(new RecordingHandler(418), options)).Verdict);
    }

    private static async Task<SyncAnswer> AskAsync(RecordingHandler handler, WebhookOptions? options = null) =>
        await new SyncWebhook(new WebhookTarget(options ?? Options, Services(handler))).AskAsync(Attempt(), CancellationToken.None);
}
