using System.Text;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Client;
using InboundBridge.UnitTests.Smtp.Client;

namespace InboundBridge.UnitTests.MailFlow.Delivery.SmtpRelay;

/// <summary>A delivery, and servers that play one script for each connection.</summary>
internal sealed class DeliveryFixture
{
    public const string Mail = "Received: by us\r\nSubject: hello\r\n\r\nHello.\r\n";

    private readonly Queue<string[]> _scripts = new();

    public FakeTimeProvider Clock { get; } = new(FakeTime.Start);

    public List<ScriptedServer> Servers { get; } = [];

    public void Connection(params string[] script) => _scripts.Enqueue(script);

    public ValueTask<Stream> DialAsync(SmtpEndpoint server, CancellationToken cancellationToken)
    {
        if (_scripts.Count == 0)
            throw new IOException("connection refused");
        var connection = new MemoryConnection();
        var scripted = new ScriptedServer(connection.Server, _scripts.Dequeue());
        Servers.Add(scripted);
        _ = scripted.PlayAsync();
        return new ValueTask<Stream>(connection.Client);
    }

    public static DeliveryAttempt Attempt(string[] recipients, MailEnvelope? envelope = null, params StoredHeaderEdit[] edits)
    {
        var parties = recipients.Select(recipient => recipient.Split('=')).Select(pair => new MailRecipient(pair[^1], pair[0])).ToArray();
        return new DeliveryAttempt(
            new SpooledDelivery
            {
                Id = "d1",
                MessageId = "m1",
                Destination = "outbound",
                Recipients = parties,
                HeaderEdits = edits,
                CreatedAt = DateTimeOffset.UnixEpoch,
            },
            new SpooledMessage
            {
                Id = "m1",
                ReceivedAt = DateTimeOffset.UnixEpoch,
                Envelope =
                    envelope
                    ?? new MailEnvelope
                    {
                        Sender = "al@example.org",
                        Recipients = [.. parties.Select(party => new MailRecipient(party.Original))]
                    },
                Size = Mail.Length,
                Sha256 = "",
                ConfigVersion = "1",
            },
            MailContent.FromMemory(Encoding.ASCII.GetBytes(Mail)),
            1);
    }

    public void AssertNoComplaints() => Assert.All(Servers, server => Assert.Empty(server.Complaints));
}
