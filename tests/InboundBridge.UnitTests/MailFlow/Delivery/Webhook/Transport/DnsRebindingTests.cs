using System.Net;
using System.Net.Sockets;
using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Delivery.Webhook.Transport;
using InboundBridge.MailFlow.Queue.Destinations;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Transport;

/// <summary>A sender's name server may answer the first query with a public address and the second with a private one.</summary>
public class DnsRebindingTests
{
    private static readonly IPAddress Public = IPAddress.Parse("8.8.8.8");
    private static readonly IPAddress AlsoPublic = IPAddress.Parse("2606:4700::1111");
    private static readonly IPAddress Private = IPAddress.Parse("10.1.2.3");

    private readonly Queue<IPAddress[]> _answers = new();
    private readonly List<string> _asked = [];
    private readonly List<IPAddress> _dialled = [];

    [Fact]
    public async Task A_name_that_was_public_at_first_and_is_private_now_is_refused_when_it_is_connected_to()
    {
        await using var receiver = new ScriptedReceiver("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", null);
        using var connections = Connections(receiver);
        await using var target = new WebhookTarget(Options, Services(new RecordingHandler()) with { Connections = connections });
        _answers.Enqueue([Public]);
        _answers.Enqueue([Private]);
        _answers.Enqueue([IPAddress.Loopback, IPAddress.IPv6Loopback]);

        Assert.IsType<DeliveryOutcome.Delivered>(await DeliverAsync(target));
        Assert.Contains("not allowed", Assert.IsType<DeliveryOutcome.RetryLater>(await DeliverAsync(target)).Reply.Text);
        Assert.Contains("not allowed", Assert.IsType<DeliveryOutcome.RetryLater>(await DeliverAsync(target)).Reply.Text);

        Assert.Equal([Public], _dialled);
        Assert.Equal(1, receiver.Connections);
    }

    [Fact]
    public async Task Each_connection_looks_up_once_and_uses_an_allowed_address_of_that_answer()
    {
        await using var receiver = new ScriptedReceiver("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", null);
        using var connections = Connections(receiver);
        await using var target = new WebhookTarget(Options, Services(new RecordingHandler()) with { Connections = connections });
        _answers.Enqueue([Private, Public, IPAddress.Loopback, AlsoPublic]);

        Assert.IsType<DeliveryOutcome.Delivered>(await DeliverAsync(target));

        Assert.Equal([Public, AlsoPublic], _dialled);
        Assert.Equal(["tenant.example.org"], _asked);
    }

    private static ValueTask<DeliveryOutcome> DeliverAsync(WebhookTarget target) => target.DeliverAsync(
        Attempt(Sample with { OptionsJson = """{"url": "http://tenant.example.org:8080/", "url_host_from_mail": true}""" }),
        CancellationToken.None);

    /// <summary>The product's connections with another name server; every address that is dialled leads to the receiver.</summary>
    private WebhookConnections Connections(ScriptedReceiver receiver)
    {
        var guard = new GuardedConnection(
            (name, _) =>
            {
                _asked.Add(name);
                return Task.FromResult(_answers.Dequeue());
            },
            async (addresses, port, cancellationToken) =>
            {
                Assert.Equal(8080, port);
                _dialled.AddRange(addresses);
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, new Uri(receiver.Url).Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            });
        return new WebhookConnections((guarded, tls) => WebhookConnections.CreateHandler(guarded ? guard : null, tls, TimeProvider.System),
            TimeProvider.System);
    }
}
