using System.IO.Pipelines;
using System.Text;
using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.MailFlow.Domains;
using InboundBridge.MailFlow.Reception.Inquiries;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Smtp.Server;
using InboundBridge.UnitTests.MailFlow.Queue;
using InboundBridge.UnitTests.MailFlow.Spool;
using InboundBridge.UnitTests.Smtp.Client;
using InboundBridge.UnitTests.Smtp.Server;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.MailFlow.Reception.Inquiries;

/// <summary>ODMR from the session to the spool: a real listener's session, queue and relay on demand; the customer is a test's.</summary>
internal sealed class OdmrScene : IAsyncDisposable
{
    private static readonly ReceptionPolicy Policy = new()
    {
        Hostname = "mx.example.com",
        Domains = new LocalDomains(["branch.example"]),
        Routing = new RoutingPolicy
        {
            Rules = RuleSet.Empty,
            Evaluator = new RuleEvaluator(),
            Default = new RulesDefault.Hold(),
            ConfigVersion = "test",
        },
        Collect = new Dictionary<string, LocalDomains>(StringComparer.Ordinal) { ["user"] = new(["branch.example", "*.branch.example"]) },
    };

    private int _mails;

    public QueueFixture Queue { get; } = new();

    public async Task<OdmrScene> StartAsync()
    {
        var relay = new RelayOptions { Name = "branch", Host = string.Empty, Hostname = "mx.example.com" };
        Queue.Add(
            QueueFixture.Destination("branch") with { Kind = "relay", OnDemand = true, OnFailure = "bounce" },
            new OnDemandTarget(relay, Queue.Clock, NullLogger<OnDemandTarget>.Instance, Path.GetTempPath()));
        await Queue.StartAsync();
        return this;
    }

    /// <summary>Accepts a mail and returns the id of its delivery, which is its subject too.</summary>
    public async Task<string> AcceptAsync(string recipient = "ann@branch.example", Func<SpooledMessage, SpooledMessage>? change = null)
    {
        var id = $"m{++_mails:000}";
        var octets = Encoding.ASCII.GetBytes($"Subject: {id}\r\n\r\nA line.\r\n.A dot.\r\n");
        await using var staged = await SampleMail.StageAsync(Queue.Spool, id, octets);
        var message = SampleMail.Message(staged, Queue.Now) with { ResultsField = null };
        message = message with { Envelope = message.Envelope with { SmtpUtf8 = false, DsnReturn = null } };
        var delivery = SampleMail.Delivery(id, id, Queue.Now, "branch") with
        {
            OptionsJson = null,
            HeaderEdits = [],
            Recipients = [new MailRecipient(recipient)],
        };
        await Queue.Queue.AcceptAsync(staged, change?.Invoke(message) ?? message, [delivery], CancellationToken.None);
        return id;
    }

    /// <summary>One connection of the customer, from its greeting to its end.</summary>
    public async Task<(BranchServer Branch, string Reply)> CollectAsync(
        Mischief mischief = Mischief.None, int at = -1, string atrn = "ATRN", SmtpListenerOptions? listener = null)
    {
        var connection = new MemoryConnection();
        var branch = new BranchServer(connection.Client, mischief, at);
        var turn = new ConnectionTurn(Queue.Queue);
        await using var server = new SmtpTestServer
        {
            Mode = SmtpListenerMode.Odmr,
            Options = new SmtpServerOptions { Hostname = "mx.example.com" },
            Listener = listener ?? new() { Authenticator = new TestAuthenticator(), AllowPlaintextAuthentication = true },
            Receivers = peer => new TurningReceiver(turn, peer, Policy),
        };
        server.Start(new PipePair(PipeReader.Create(connection.Server), PipeWriter.Create(connection.Server)), null);
        var reply = await branch.CollectAsync(atrn);
        await server.EndAsync();
        return (branch, reply);
    }

    public ValueTask DisposeAsync() => Queue.DisposeAsync();
}
