using System.Security.Cryptography;
using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Delivery.Webhook.Transport;
using InboundBridge.MailFlow.Queue.Destinations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Sending;

/// <summary>Delivery over real sockets to an ordinary web server.</summary>
public sealed class RealReceiverTests : IAsyncLifetime
{
    private readonly WebApplication _server;
    private readonly List<RecordedRequest> _requests = [];
    private readonly HashSet<string> _connections = [];
    private readonly WebhookConnections _pool = new(TimeProvider.System);

    public RealReceiverTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(server => server.Limits.MaxRequestBodySize = null);
        _server = builder.Build();
        _server.Run(TakeAsync);
    }

    public async ValueTask InitializeAsync() => await _server.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _pool.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_raw_mail_arrives_octet_for_octet_with_every_header()
    {
        var mail = new byte[700_001];
        for (var index = 0; index < mail.Length; index++)
            mail[index] = (byte)(index * 7);
        var target = Target(Options with
        {
            Format = "raw",
            BasicAuth = "user:pässword",
            Headers = new Dictionary<string, string> { ["X-Env"] = "prod", ["User-Agent"] = "Custom", ["X-Umlaut"] = "ü" },
        });
        var outcome = await target.DeliverAsync(Attempt(Sample with { IsReplay = true }, new ChunkedContent(mail), number: 3),
            CancellationToken.None);
        Assert.IsType<DeliveryOutcome.Delivered>(outcome);
        var request = Assert.Single(_requests);
        byte[] expected = [.. "X-Original-To: support+42@example.com\r\n"u8, .. mail];
        Assert.Equal(Convert.ToHexString(SHA256.HashData(expected)), Convert.ToHexString(SHA256.HashData(request.Body)));
        Assert.Equal("message/rfc822", request.Header("Content-Type"));
        Assert.Equal(expected.Length.ToString(), request.Header("Content-Length"));
        Assert.Equal(Sample.Id, request.Header("webhook-id"));
        Assert.Equal("3", request.Header("X-InboundBridge-Attempt"));
        Assert.Equal("true", request.Header("X-InboundBridge-Replay"));
        Assert.Equal("prod", request.Header("X-Env"));
        Assert.Equal("Custom", request.Header("User-Agent"));
        Assert.Equal("Basic dXNlcjpww6Rzc3dvcmQ=", request.Header("Authorization"));
        Assert.True(SignatureCheck.IsSigned(request, Secret));
    }

    [Fact]
    public async Task A_json_body_beyond_the_memory_limit_arrives_whole()
    {
        var mail = $"Subject: big\r\n\r\n{string.Concat(Enumerable.Repeat("0123456789abcdef\r\n", 100_000))}";
        var outcome =
            await Target(Options)
                .DeliverAsync(
                    Attempt(content: new ChunkedContent(System.Text.Encoding.ASCII.GetBytes(mail), 100_000)), CancellationToken.None);
        Assert.IsType<DeliveryOutcome.Delivered>(outcome);
        using var json = System.Text.Json.JsonDocument.Parse(Assert.Single(_requests).Body);
        Assert.Equal(1_700_000, json.RootElement.GetProperty("data").GetProperty("text").GetString()!.ReplaceLineEndings("\n").Length);
    }

    [Fact]
    public async Task Connections_are_used_again()
    {
        var target = Target(Options);
        for (var number = 1; number <= 5; number++)
            Assert.IsType<DeliveryOutcome.Delivered>(await target.DeliverAsync(Attempt(number: number), CancellationToken.None));
        Assert.Single(_connections);
    }

    [Fact]
    public async Task A_users_name_in_the_url_signs_in_and_is_not_sent_otherwise()
    {
        var target = new WebhookTarget(Options with { Url = Url.Replace("://", "://me:a%40b@") }, Services());
        await target.DeliverAsync(Attempt(), CancellationToken.None);
        Assert.Equal("Basic bWU6YUBi", Assert.Single(_requests).Header("Authorization"));
        Assert.DoesNotContain(_requests[0].Headers, header => header.Value.Contains("a%40b"));
    }

    [Fact]
    public async Task A_test_event_is_signed_and_authenticated_like_mail_in_every_format()
    {
        foreach (var format in new[] { "json", "raw", "mailgun" })
        {
            var outcome =
                await Target(Options with { Format = format, BasicAuth = "user:pass" }).SendTestEventAsync(CancellationToken.None);
            Assert.Equal("200 OK", Assert.IsType<DeliveryOutcome.Delivered>(outcome).Reply.Text);
        }
        foreach (var request in _requests)
        {
            using var json = System.Text.Json.JsonDocument.Parse(request.Body);
            Assert.Equal("inboundbridge.test", json.RootElement.GetProperty("type").GetString());
            Assert.Equal("application/json", request.Header("Content-Type"));
            Assert.Equal("Basic dXNlcjpwYXNz", request.Header("Authorization"));
            Assert.True(SignatureCheck.IsSigned(request, Secret));
        }
        Assert.Equal(3, _requests.Count);
    }

    private string Url => _server.Urls.First() + "/hooks/mail";

    private WebhookTarget Target(WebhookOptions options) => new(options with { Url = Url }, Services());

    private WebhookServices Services() =>
        WebhookFixture.Services(new RecordingHandler()) with { Connections = _pool, Clock = TimeProvider.System };

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _connections.Add(context.Connection.Id);
        _requests.Add(new RecordedRequest(
            new HttpMethod(context.Request.Method), new Uri("http://receiver" + context.Request.Path),
            [.. context.Request.Headers.SelectMany(
                header => header.Value.Select(value => KeyValuePair.Create(header.Key, value ?? string.Empty)))], body.ToArray()));
        await context.Response.WriteAsync("thanks");
    }
}
