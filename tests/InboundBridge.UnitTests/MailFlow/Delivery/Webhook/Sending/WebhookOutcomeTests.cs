using System.Net;
using System.Net.Sockets;
using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Transport;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Sending;

public class WebhookOutcomeTests
{
    [Theory]
    [InlineData(200, typeof(DeliveryOutcome.Delivered))]
    [InlineData(201, typeof(DeliveryOutcome.Delivered))]
    [InlineData(204, typeof(DeliveryOutcome.Delivered))]
    [InlineData(299, typeof(DeliveryOutcome.Delivered))]
    [InlineData(301, typeof(DeliveryOutcome.RetryLater))]
    [InlineData(304, typeof(DeliveryOutcome.RetryLater))]
    [InlineData(308, typeof(DeliveryOutcome.RetryLater))]
    [InlineData(400, typeof(DeliveryOutcome.RetryLater))]
    [InlineData(401, typeof(DeliveryOutcome.RetryLater))]
    [InlineData(404, typeof(DeliveryOutcome.RetryLater))]
    [InlineData(406, typeof(DeliveryOutcome.RetryLater))]
    [InlineData(408, typeof(DeliveryOutcome.RetryLater))]
    [InlineData(410, typeof(DeliveryOutcome.PauseDestination))]
    [InlineData(425, typeof(DeliveryOutcome.RetryLater))]
    [InlineData(429, typeof(DeliveryOutcome.RetryLater))]
    [InlineData(500, typeof(DeliveryOutcome.RetryLater))]
    [InlineData(503, typeof(DeliveryOutcome.RetryLater))]
    [InlineData(599, typeof(DeliveryOutcome.RetryLater))]
    public async Task A_status_has_the_documented_meaning(int status, Type outcome) =>
        Assert.IsType(outcome, await DeliverAsync(new RecordingHandler(status)));

    /// <summary>A receiver that answers 4xx is up: only failures to answer open the circuit.</summary>
    [Theory]
    [InlineData(400, true)]
    [InlineData(404, true)]
    [InlineData(408, true)]
    [InlineData(422, true)]
    [InlineData(429, true)]
    [InlineData(302, false)]
    [InlineData(500, false)]
    [InlineData(503, false)]
    public async Task The_circuit_opens_for_no_4xx(int status, bool answered) =>
        Assert.Equal(answered, Assert.IsType<DeliveryOutcome.RetryLater>(await DeliverAsync(new RecordingHandler(status))).Answered);

    [Theory]
    [InlineData(WebhookStatusMeaning.Delivered, typeof(DeliveryOutcome.Delivered))]
    [InlineData(WebhookStatusMeaning.Retry, typeof(DeliveryOutcome.RetryLater))]
    [InlineData(WebhookStatusMeaning.Fail, typeof(DeliveryOutcome.Failed))]
    [InlineData(WebhookStatusMeaning.Discard, typeof(DeliveryOutcome.Discarded))]
    [InlineData(WebhookStatusMeaning.Pause, typeof(DeliveryOutcome.PauseDestination))]
    [InlineData(WebhookStatusMeaning.Reject, typeof(DeliveryOutcome.Failed))]
    public async Task Configured_responses_replace_the_formats_own(WebhookStatusMeaning meaning, Type outcome)
    {
        var options = Options with { Responses = new Dictionary<int, WebhookStatusMeaning> { [418] = meaning, [200] = meaning } };
        Assert.IsType(outcome, await DeliverAsync(new RecordingHandler(418), options));
        Assert.IsType(outcome, await DeliverAsync(new RecordingHandler(200), options));
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("Fri, 02 Jan 2026 03:05:05 GMT", 59)]
    [InlineData("Fri, 02 Jan 2026 03:04:00 GMT", null)]
    [InlineData("0", null)]
    [InlineData("-5", null)]
    [InlineData("soon", null)]
    [InlineData("99999999999999999999", null)]
    public async Task Retry_after_is_passed_to_the_queue(string header, int? seconds)
    {
        var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        response.Headers.TryAddWithoutValidation("Retry-After", header);
        var outcome = Assert.IsType<DeliveryOutcome.RetryLater>(await DeliverAsync(new RecordingHandler(response)));
        Assert.Equal(seconds, outcome.After is { } after ? (int)after.TotalSeconds : null);
    }

    [Theory]
    [InlineData("text/plain", "\r\n  no such tenant\r\nand more", "400 Bad Request: no such tenant")]
    [InlineData("text/plain; charset=utf-8", "bad \u001b[31mthing\u0000", "400 Bad Request: bad  [31mthing")]
    [InlineData("application/json", "{\"error\":\"x\"}", "400 Bad Request: {\"error\":\"x\"}")]
    [InlineData("text/html", "<html>", "400 Bad Request")]
    [InlineData("application/octet-stream", "\u0001", "400 Bad Request")]
    public async Task The_reply_is_one_line_for_people(string type, string body, string reply)
    {
        var response = new HttpResponseMessage(HttpStatusCode.BadRequest) { Content = new StringContent(body) };
        response.Content.Headers.Remove("Content-Type");
        response.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        Assert.Equal(new DeliveryReply(400, null, reply, "app.example.com"), (await DeliverAsync(new RecordingHandler(response))).Reply);
    }

    [Theory]
    [InlineData(HttpRequestError.NameResolutionError, "DNS: the receiver's name was not found")]
    [InlineData(HttpRequestError.ConnectionError, "no connection: refused")]
    [InlineData(HttpRequestError.SecureConnectionError, "TLS: broken")]
    [InlineData(HttpRequestError.ResponseEnded, "the connection ended before the answer")]
    [InlineData(HttpRequestError.InvalidResponse, "the answer is no HTTP")]
    [InlineData(HttpRequestError.ConfigurationLimitExceeded, "the answer's header is too long")]
    [InlineData(HttpRequestError.Unknown, "the connection broke: refused")]
    public async Task A_fault_of_the_network_is_temporary_and_named(HttpRequestError error, string reply)
    {
        var inner = error == HttpRequestError.SecureConnectionError
            ? (Exception)new System.Security.Authentication.AuthenticationException("broken")
            : new SocketException((int)SocketError.ConnectionRefused);
        var handler = new RecordingHandler(_ => throw new HttpRequestException(error, "failed", inner));
        Assert.Equal(new DeliveryOutcome.RetryLater(reply), await DeliverAsync(handler));
    }

    [Fact]
    public async Task A_silent_receiver_ends_the_attempt_with_the_time_out()
    {
        var clock = new FakeTimeProvider(Now);
        var asked = new TaskCompletionSource();
        var handler = new RecordingHandler(async token =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return new HttpResponseMessage();
        });
        var delivery = DeliverAsync(handler, clock: clock).AsTask();
        await asked.Task;
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(delivery.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(new DeliveryOutcome.RetryLater("no answer within 30 s"), await delivery);
    }

    [Fact]
    public async Task A_body_that_arrives_too_slowly_does_not_change_the_status()
    {
        var clock = new FakeTimeProvider(Now);
        var body = new StalledStream();
        var delivery =
            DeliverAsync(
                new RecordingHandler(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(body) }), clock: clock)
                .AsTask();
        await body.Reading;
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.IsType<DeliveryOutcome.Delivered>(await delivery);
    }

    [Fact]
    public async Task Shutdown_before_anything_was_sent_ends_the_attempt()
    {
        var handler = new RecordingHandler();
        var target = new WebhookTarget(Options, Services(handler));
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await target.DeliverAsync(Attempt(), new CancellationToken(true)));
        Assert.Empty(handler.Requests);
    }

    [Fact]
    public async Task Shutdown_does_not_cut_an_attempt_that_may_have_arrived()
    {
        using var shutdown = new CancellationTokenSource();
        var handler = new RecordingHandler(async token =>
        {
            await shutdown.CancelAsync();
            token.ThrowIfCancellationRequested();
            return new HttpResponseMessage();
        });
        var outcome = await new WebhookTarget(Options, Services(handler)).DeliverAsync(Attempt(), shutdown.Token);
        Assert.IsType<DeliveryOutcome.Delivered>(outcome);
    }

    [Theory]
    [InlineData(204, typeof(DeliveryOutcome.Delivered))]
    [InlineData(404, typeof(DeliveryOutcome.Delivered))]
    [InlineData(405, typeof(DeliveryOutcome.Delivered))]
    [InlineData(501, typeof(DeliveryOutcome.Delivered))]
    [InlineData(502, typeof(DeliveryOutcome.RetryLater))]
    public async Task A_probe_delivers_nothing_and_shows_whether_the_receiver_is_up(int status, Type outcome)
    {
        var handler = new RecordingHandler(status);
        Assert.IsType(outcome, await new WebhookTarget(Options, Services(handler)).ProbeAsync(CancellationToken.None));
        Assert.Equal(HttpMethod.Head, handler.Request.Method);
        Assert.Empty(handler.Request.Body);
    }
}
