using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Delivery.Webhook.Transport;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.UnitTests.Smtp.Server;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Transport;

/// <summary>
/// Receivers with unusual behaviour over real sockets. The status that they answered ends the attempt, whatever else they do. Regression:
/// an early 413 was "the connection broke: reset", and ten of them opened the circuit.
/// </summary>
public sealed class EarlyAnswerTests : IDisposable
{
    private const string Empty = "Content-Length: 0\r\n\r\n";

    /// <summary>More than the kernel's buffers hold.</summary>
    private static readonly byte[] Large = new byte[24 * 1024 * 1024];

    private readonly WebhookConnections _connections = new(TimeProvider.System);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _connections.Dispose();

    [Theory]
    [InlineData("HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\n\r\n", "413 Payload Too Large")]
    [InlineData(
        "HTTP/1.1 413 Payload Too Large\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\ntoo large",
        "413 Payload Too Large: too large")]
    [InlineData(
        "HTTP/1.1 413 Payload Too Large\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ntoo large\r\n0\r\n\r\n",
        "413 Payload Too Large: too large")]
    [InlineData(
        "HTTP/1.1 413 Payload Too Large\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\ntoo large",
        "413 Payload Too Large: too large")]
    [InlineData("HTTP/1.0 413 Payload Too Large\r\n\r\n", "413 Payload Too Large")]
    [InlineData("HTTP/1.1 413\r\n\r\n", "413 Request Entity Too Large")]
    [InlineData("HTTP/1.1 413 Payload Too Large\r\nContent-Len", "413 Payload Too Large")]
    [InlineData("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\n\r\n", "401 Unauthorized")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n", "413 No")]
    public async Task A_refusal_before_the_body_is_read_is_an_answer(string answer, string reply)
    {
        // A truncated head ends with its connection.
        Ending[] ways = answer.EndsWith("Len", StringComparison.Ordinal)
            ? [Ending.Close, Ending.Reset] : [Ending.Close, Ending.Reset, Ending.Stall, Ending.ReadOn];
        foreach (var way in ways)
        {
            await using var receiver = Early(answer, way);
            var outcome = await DeliverAsync(receiver, Large);
            var refused = Assert.IsType<DeliveryOutcome.RetryLater>(outcome);
            Assert.StartsWith(reply.Split(' ')[0], refused.Reply.Text, StringComparison.Ordinal);
            Assert.True(refused.Answered, $"{way}: {refused.Reply}");
            if (!reply.StartsWith("413 Request", StringComparison.Ordinal) && way is Ending.Stall or Ending.ReadOn
                && !answer.Contains("Connection: close", StringComparison.Ordinal))
                Assert.Equal(reply, refused.Reply.Text);
        }
    }

    [Theory]
    [InlineData(413, WebhookStatusMeaning.Fail, typeof(DeliveryOutcome.Failed))]
    [InlineData(413, WebhookStatusMeaning.Discard, typeof(DeliveryOutcome.Discarded))]
    [InlineData(401, WebhookStatusMeaning.Pause, typeof(DeliveryOutcome.PauseDestination))]
    public async Task Responses_apply_to_an_early_status_too(int status, WebhookStatusMeaning meaning, Type outcome)
    {
        await using var receiver = Early($"HTTP/1.1 {status} No\r\n{Empty}", Ending.Reset);
        Assert.IsType(
            outcome,
            await DeliverAsync(
                receiver, Large, Options with { Responses = new Dictionary<int, WebhookStatusMeaning> { [status] = meaning } }));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(202)]
    public async Task Success_before_the_body_is_read_is_success(int status)
    {
        await using var receiver = Early($"HTTP/1.1 {status} OK\r\n{Empty}", Ending.Reset);
        Assert.IsType<DeliveryOutcome.Delivered>(await DeliverAsync(receiver, Large));
    }

    /// <summary>A receiver that answers 200 while it still reads gets the whole mail; otherwise it would lose the rest.</summary>
    [Fact]
    public async Task A_receiver_that_answers_200_early_and_goes_on_reading_gets_the_whole_body()
    {
        var read = new TaskCompletionSource<int>();
        await using var receiver = new MannersReceiver(async (self, connection) =>
        {
            await connection.ReadHeadAsync(self.Stop);
            await connection.WriteAsync($"HTTP/1.1 200 OK\r\n{Empty}", self.Stop);
            read.SetResult((await connection.ReadRequestAsync(self.Stop)).Length);
        });
        var body = Large.AsSpan(0, 3_000_000).ToArray();
        Assert.IsType<DeliveryOutcome.Delivered>(await DeliverAsync(receiver, body));
        Assert.True(await read.Task.WaitAsync(Cancelled) > body.Length);
    }

    [Theory]
    [InlineData(413, Ending.Close)]
    [InlineData(413, Ending.Reset)]
    [InlineData(413, Ending.Stall)]
    [InlineData(200, Ending.Reset)]
    public async Task A_receiver_with_tls_may_answer_early_too(int status, Ending way)
    {
        using var certificate = TestCertificates.Make("CN=localhost");
        await using var receiver = Early($"HTTP/1.1 {status} Thing\r\n{Empty}", way, certificate);
        using var trust = TrustedFile.Of(certificate);
        var outcome = await DeliverAsync(receiver, Large, Options with { TrustedCertificates = trust.Path });
        Assert.StartsWith($"{status} Thing", outcome.Reply.Text, StringComparison.Ordinal);
    }

    /// <summary>The receiver would read the rest of a large body as the head of the next request.</summary>
    [Theory]
    [InlineData(Ending.ReadOn)]
    [InlineData(Ending.Stall)]
    public async Task A_connection_with_an_early_answer_is_not_used_again(Ending way)
    {
        await using var receiver = Early($"HTTP/1.1 413 No\r\n{Empty}", way);
        for (var round = 1; round <= 3; round++)
        {
            Assert.Equal("413 No", (await DeliverAsync(receiver, Large)).Reply.Text);
            Assert.Equal(round, receiver.Connections);
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n: no name\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nBad Name: x\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type : text/plain\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Zero: a\0b\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n folded: out of nothing\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Cr: a\rb\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: none\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0, 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 0\n\n")]
    [InlineData("HTTP/1.1 200\r\n\r\n")]
    [InlineData("HTTP/1.1 200\n\n")]
    [InlineData("HTTP/1.1  200  OK\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\n")]
    [InlineData("http/1.1 200 ok\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/2 200\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Cut: of")]
    [InlineData("HTTP/1.1 100 Continue\r\nbroken\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nbroken\r\n\r\n")]
    [InlineData("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")]
    public async Task A_valid_status_above_broken_lines_counts(string answer)
    {
        await using var receiver = new ScriptedReceiver(answer, null);
        Assert.IsType<DeliveryOutcome.Delivered>(await DeliverAsync(receiver.Url, "x"u8.ToArray(), Options));
    }

    [Fact]
    public async Task An_answer_that_comes_octet_by_octet_is_whole()
    {
        await using var receiver = new MannersReceiver(async (self, connection) =>
        {
            await connection.ReadRequestAsync(self.Stop);
            foreach (var octet in $"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 422 No\nbroken\nRetry-After: 7\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nwhy")
                await connection.WriteAsync(octet.ToString(), self.Stop);
        });
        var outcome = Assert.IsType<DeliveryOutcome.RetryLater>(await DeliverAsync(receiver, "x"u8.ToArray()));
        Assert.Equal(("422 No: why", TimeSpan.FromSeconds(7), true), (outcome.Reply.Text, outcome.After, outcome.Answered));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_on_a_connection_that_the_receiver_closed_while_idle_is_sent_again(bool reset)
    {
        await using var receiver = new MannersReceiver(async (self, connection) =>
        {
            await connection.ReadRequestAsync(self.Stop);
            await connection.WriteAsync($"HTTP/1.1 200 OK\r\n{Empty}", self.Stop);
            if (connection.Number > 1)
                return;
            // As if the receiver closed while the request was on its way.
            await connection.ReadHeadAsync(self.Stop);
            if (reset)
                connection.Reset();
        });
        Assert.IsType<DeliveryOutcome.Delivered>(await DeliverAsync(receiver, "x"u8.ToArray()));
        Assert.IsType<DeliveryOutcome.Delivered>(await DeliverAsync(receiver, "y"u8.ToArray()));
        Assert.Equal(2, receiver.Connections);
    }

    [Fact]
    public async Task A_new_connection_that_breaks_is_a_failure_and_not_tried_again_at_once()
    {
        await using var receiver = new MannersReceiver(async (self, connection) =>
        {
            await connection.ReadHeadAsync(self.Stop);
            connection.Reset();
        });
        Assert.False(Assert.IsType<DeliveryOutcome.RetryLater>(await DeliverAsync(receiver, "x"u8.ToArray())).Answered);
        Assert.Equal(1, receiver.Connections);
    }

    /// <summary>HttpClient writes a head with many long headers at once; counting the octets of a request depends on that.</summary>
    [Fact]
    public async Task Requests_with_long_headers_share_a_connection()
    {
        await using var receiver = new MannersReceiver(async (self, connection) =>
        {
            for (; ; )
            {
                await connection.ReadRequestAsync(self.Stop);
                await connection.WriteAsync($"HTTP/1.1 200 OK\r\n{Empty}", self.Stop);
            }
        });
        var options = Options with { Headers = Enumerable.Range(0, 40).ToDictionary(number => $"X-{number}", _ => new string('v', 1000)) };
        foreach (var size in new[] { 1, 100_000, 1, 3_000_000, 1 })
            Assert.IsType<DeliveryOutcome.Delivered>(await DeliverAsync(receiver, new byte[size], options));
        Assert.InRange(receiver.Connections, 1, 3);
    }

    private static MannersReceiver Early(string answer, Ending way,
        System.Security.Cryptography.X509Certificates.X509Certificate2? certificate = null) =>
        new(async (self, connection) =>
        {
            await connection.ReadHeadAsync(self.Stop);
            await connection.WriteAsync(answer, self.Stop);
            if (way == Ending.Reset)
                connection.Reset();
            else if (way == Ending.Stall)
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, self.Stop);
            else if (way == Ending.ReadOn)
                await connection.Stream.CopyToAsync(Stream.Null, self.Stop);
        }, certificate);

    private ValueTask<DeliveryOutcome> DeliverAsync(MannersReceiver receiver, byte[] body, WebhookOptions? options = null) =>
        DeliverAsync(receiver.Url, body, options ?? Options);

    private ValueTask<DeliveryOutcome> DeliverAsync(string url, byte[] body, WebhookOptions options)
    {
        var services = Services(new RecordingHandler()) with { Connections = _connections, Clock = TimeProvider.System };
        var target = new WebhookTarget(options with { Url = url, Format = "raw", Timeout = TimeSpan.FromMinutes(2) }, services);
        return target.DeliverAsync(Attempt(content: new ChunkedContent(body, 64 * 1024)), Cancelled);
    }

    public enum Ending
    {
        Close,
        Reset,
        Stall,
        ReadOn,
    }
}
