using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Delivery.Webhook.Transport;
using InboundBridge.MailFlow.Queue.Destinations;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Transport;

/// <summary>Hostile and broken receivers over real sockets: each costs one attempt and nothing more.</summary>
public class HostileAnswerTests
{
    [Fact]
    public async Task Endless_headers_are_cut() =>
        Assert.Equal(
            new DeliveryOutcome.RetryLater("the answer's header is too long"),
            await AskAsync("HTTP/1.1 200 OK\r\n", endless: "X-More: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"));

    [Fact]
    public async Task An_endless_header_line_is_cut() =>
        Assert.Equal(new DeliveryOutcome.RetryLater("the answer's header is too long"),
            await AskAsync("HTTP/1.1 200 OK\r\nX-Long: ", endless: "aaaaaaaaaaaaaaaa"));

    [Fact]
    public async Task An_endless_body_is_not_read_to_its_end() =>
        Assert.IsType<DeliveryOutcome.Delivered>(
            await AskAsync("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", endless: "<p>more</p>"));

    [Fact]
    public async Task An_endless_chunked_body_is_not_read_to_its_end() =>
        Assert.IsType<DeliveryOutcome.RetryLater>(
            await AskAsync("HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n", endless: "4\r\nmore\r\n"));

    [Theory]
    [InlineData("", "the connection ended before the answer")]
    [InlineData("HTTP/1.1 20", "the connection ended before the answer")]
    [InlineData("220 mx.example.com ESMTP\r\n", "the answer is no HTTP")]
    [InlineData("HTTP/1.1 2x0 OK\r\n\r\n", "the answer is no HTTP")]
    public async Task An_invalid_answer_is_tried_again(string answer, string reply) =>
        Assert.Equal(new DeliveryOutcome.RetryLater(reply), await AskAsync(answer));

    [Fact]
    public async Task A_body_shorter_than_its_content_length_does_not_change_the_status() =>
        Assert.IsType<DeliveryOutcome.Delivered>(await AskAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"));

    [Fact]
    public async Task Endless_interim_answers_end_with_the_time_out()
    {
        var outcome = await AskAsync(string.Empty, endless: "HTTP/1.1 102 Processing\r\n\r\n", timeout: TimeSpan.FromMilliseconds(300));
        Assert.IsType<DeliveryOutcome.RetryLater>(outcome);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var receiver =
            new ScriptedReceiver("HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", null);
        var outcome = Assert.IsType<DeliveryOutcome.RetryLater>(await AskAsync(receiver, TimeSpan.FromSeconds(20)));
        Assert.Equal("307 Temporary Redirect", outcome.Reply.Text);
        Assert.Equal(1, receiver.Connections);
    }

    [Fact]
    public async Task A_refused_connection_is_named_as_such()
    {
        string url;
        await using (var receiver = new ScriptedReceiver(string.Empty, null))
            url = receiver.Url;
        using var connections = new WebhookConnections(TimeProvider.System);
        var target = new WebhookTarget(Options with { Url = url }, Services(new RecordingHandler()) with { Connections = connections });
        Assert.Equal(new DeliveryOutcome.RetryLater("no connection: refused"),
            await target.DeliverAsync(Attempt(), CancellationToken.None));
    }

    private static async Task<DeliveryOutcome> AskAsync(string answer, string? endless = null, TimeSpan? timeout = null)
    {
        await using var receiver = new ScriptedReceiver(answer, endless);
        return await AskAsync(receiver, timeout ?? TimeSpan.FromSeconds(20));
    }

    private static async Task<DeliveryOutcome> AskAsync(ScriptedReceiver receiver, TimeSpan timeout)
    {
        using var connections = new WebhookConnections(TimeProvider.System);
        var services = Services(new RecordingHandler()) with { Connections = connections, Clock = TimeProvider.System };
        return await new WebhookTarget(Options with { Url = receiver.Url, Timeout = timeout, Format = "raw" }, services)
            .DeliverAsync(Attempt(), CancellationToken.None);
    }
}
