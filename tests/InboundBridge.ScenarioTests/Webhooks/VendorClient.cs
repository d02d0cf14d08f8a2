using System.Text.Json;
using System.Text.RegularExpressions;
using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Delivery.Webhook.Transport;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Webhooks;

/// <summary>
/// A receiver built with a vendor's client library. It reports in JSON lines what it read in our
/// requests, and its status says whether it accepted them.
/// </summary>
internal sealed partial class VendorClient : IAsyncDisposable
{
    private static readonly string[] Recipients = ["support+42@example.com"];

    private readonly PeerProcess _process;
    private readonly WebhookConnections _connections = new(TimeProvider.System);
    private readonly int _port;
    private int _taken;

    private VendorClient(PeerProcess process, int port)
    {
        _process = process;
        _port = port;
    }

    /// <summary>The folder of the client programs.</summary>
    public static string Script(string name) =>
        Path.Combine(Checkout.Root, "tests", "InboundBridge.ScenarioTests", "Webhooks", "Clients", name);

    /// <param name="name">A case of tests/testdata/webhook.</param>
    public static byte[] Mail(string name) =>
        File.ReadAllBytes(Path.Combine(Checkout.Root, "tests", "testdata", "webhook", name, "mail.eml"));

    /// <param name="arguments">For a program that prints <c>open PORT</c>.</param>
    public static async Task<VendorClient> StartAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var process = PeerProcess.Start(Path.GetFileName(program), program, arguments, environment: environment);
        var open = await process.LineAsync(Open());
        return new VendorClient(process, int.Parse(open.Groups[1].Value));
    }

    /// <summary>Delivers like the product, at once.</summary>
    /// <param name="user">The user part of the URL: <c>user:password@</c>.</param>
    public async Task<DeliveryOutcome> DeliverAsync(
        string format, string path, byte[] mail, string secret, string user = "", IReadOnlyList<string>? recipients = null)
    {
        var services = new WebhookServices { Connections = _connections, Clock = TimeProvider.System, Version = "0.0.0" };
        var options =
            new WebhookOptions { Name = "vendor", Url = $"http://{user}127.0.0.1:{_port}{path}", Format = format, Secrets = [secret] };
        await using var target = new WebhookTarget(options, services);
        return await target.DeliverAsync(Attempt(mail, recipients ?? Recipients), CancellationToken.None);
    }

    /// <summary>The client's report of the next request.</summary>
    public async Task<JsonElement> SaidAsync()
    {
        var line = await Deadline.Usual.ForAsync(
            () => _process.Lines.Where(line => line.StartsWith('{')).Skip(_taken).FirstOrDefault(), "the client to say what it got",
            () => _process.Log);
        _taken++;
        return JsonDocument.Parse(line).RootElement;
    }

    /// <summary>The number of messages that the client has reported so far.</summary>
    public int Reports => _process.Lines.Count(line => line.StartsWith('{'));

    public string Log => _process.Log;

    public ValueTask DisposeAsync()
    {
        _connections.Dispose();
        return _process.DisposeAsync();
    }

    private static DeliveryAttempt Attempt(byte[] mail, IReadOnlyList<string> recipients)
    {
        var now = TimeProvider.System.GetUtcNow();
        var ids = new MessageIdSource(TimeProvider.System);
        var message = new SpooledMessage
        {
            Id = ids.Next(),
            ReceivedAt = now,
            Envelope = new MailEnvelope
            {
                Sender = "al@customer.com",
                Recipients = [.. recipients.Select(recipient => new MailRecipient(recipient))],
                ClientIp = "192.0.2.1",
                Helo = "mail.customer.com",
            },
            Size = mail.Length,
            Sha256 = "00",
            ConfigVersion = "1",
            AuthenticationJson =
                """{"spf":{"result":"pass","domain":"customer.com"},"dkim":[],"dmarc":{"result":"pass","policy":"none","domain":"customer.com"}}""",
        };
        var delivery = new SpooledDelivery
        {
            Id = ids.Next(),
            MessageId = message.Id,
            Destination = "vendor",
            Recipients = [.. recipients.Select(recipient => new MailRecipient(recipient))],
            CreatedAt = now,
        };
        return new DeliveryAttempt(delivery, message, MailContent.FromMemory(mail), 1);
    }

    [GeneratedRegex(@"^open (\d+)$")]
    private static partial Regex Open();
}
