using System.Net;
using InboundBridge.MailFlow.Domains;
using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Reception.Inquiries;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Smtp.Server;
using InboundBridge.UnitTests.MailFlow.Queue;

namespace InboundBridge.UnitTests.MailFlow.Reception.Inquiries;

/// <summary>ETRN (RFC 1985) with a real queue: who may use it, which deliveries become due, and the replies.</summary>
public class QueueTurnTests
{
    private static readonly ReceptionPolicy Policy = new()
    {
        Hostname = "mx.example.com",
        Domains = new LocalDomains(["example.com"]),
        Routing = new RoutingPolicy
        {
            Rules = RuleSet.Empty,
            Evaluator = new RuleEvaluator(),
            Default = new RulesDefault.Hold(),
            ConfigVersion = "test"
        },
        Collect = new Dictionary<string, LocalDomains>(StringComparer.Ordinal)
        {
            ["al"] = new(
            ["branch.example", "*.branch.example", "xn--bcher-kva.example"]),
            ["bo"] = new(["branch.example"])
        },
    };

    [Fact]
    public async Task Only_relay_deliveries_for_the_domain_become_due()
    {
        await using var fixture = new QueueFixture();
        var relay = fixture.Add(QueueFixture.Destination("out") with { Kind = "relay", TakesTurns = true });
        var hook = fixture.Add();
        await fixture.StartAsync();
        var ours = await WaitingAsync(fixture, relay, "out", "b@branch.example");
        await WaitingAsync(fixture, relay, "out", "b@other.example");
        await WaitingAsync(fixture, hook, "hook", "b@branch.example");
        Assert.Equal("253 2.0.0 OK, 1 pending messages for node branch.example started", await SayAsync(fixture, "branch.example", "al"));
        var again = await relay.NextAsync();
        Assert.Equal((ours, 2), (again.Id, again.Attempt.Number));
        again.End(new DeliveryOutcome.Delivered("250"));
        await fixture.Log.NextAsync(QueueFixture.Delivered);
        Assert.Equal((0, 0), (await fixture.ActiveAsync("out"), await fixture.ActiveAsync()));
        Assert.Equal("251 2.0.0 OK, no messages waiting for node branch.example", await SayAsync(fixture, "branch.example", "al"));
    }

    [Fact]
    public async Task Etrn_does_not_extend_the_maximum_age()
    {
        await using var fixture = new QueueFixture();
        var relay = fixture.Add(QueueFixture.Destination("out") with { Kind = "relay", TakesTurns = true });
        await fixture.StartAsync();
        var id = await WaitingAsync(fixture, relay, "out", "b@branch.example");
        await SayAsync(fixture, "branch.example", "al");
        (await relay.NextAsync()).End(new DeliveryOutcome.RetryLater("later", TimeSpan.FromHours(1)));
        await fixture.Log.NextAsync(QueueFixture.Retrying);
        var delivery = await fixture.FindAsync(id);
        Assert.Equal((2, null), (delivery.Attempts, delivery.QueuedAt));
    }

    [Theory]
    [InlineData("branch.example", "al", false, "251")]
    [InlineData("BRANCH.example", "al", false, "251")]
    [InlineData("b\u00fccher.example", "al", false, "251")]
    [InlineData("west.branch.example", "al", false, "251")]
    [InlineData("@branch.example", "al", false, "251")]
    [InlineData("@branch.example", "bo", false, "459")]
    [InlineData("west.branch.example", "bo", false, "459")]
    [InlineData("elsewhere.example", "al", false, "459")]
    [InlineData("branch.example", "nobody", false, "459")]
    [InlineData("branch.example", null, false, "459")]
    [InlineData("branch.example", null, true, "251")]
    [InlineData("#queue", "al", true, "501")]
    [InlineData("no domain", "al", true, "501")]
    public async Task Users_may_ask_for_their_own_domains_and_trusted_peers_for_any(string node, string? user, bool trusted, string code)
    {
        await using var fixture = new QueueFixture();
        fixture.Add(QueueFixture.Destination("out") with { Kind = "relay", TakesTurns = true });
        await fixture.StartAsync();
        Assert.StartsWith(code, await SayAsync(fixture, node, user, trusted), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_spool_fault_is_a_temporary_refusal()
    {
        await using var fixture = new QueueFixture();
        fixture.Add(QueueFixture.Destination("out") with { Kind = "relay", TakesTurns = true });
        await fixture.StartAsync(faults => faults.Failing.Add(nameof(IMailSpool.ChangeAsync)));
        Assert.Equal("458 4.3.0 Unable to queue messages for node branch.example", await SayAsync(fixture, "branch.example", "al"));
    }

    private static async Task<string> WaitingAsync(QueueFixture fixture, ScriptedTarget target, string destination, string recipient)
    {
        var id = await fixture.AcceptAsync(
            destination, change: delivery => delivery with { Recipients = [new MailRecipient(recipient, "a@example.com")] });
        (await target.NextAsync()).End(new DeliveryOutcome.RetryLater("later", TimeSpan.FromHours(1)));
        await fixture.Log.NextAsync(QueueFixture.Retrying);
        return id;
    }

    private static async Task<string> SayAsync(QueueFixture fixture, string node, string? user, bool trusted = false)
    {
        var peer = new SmtpPeer("mx", SmtpListenerMode.Mx, new IPEndPoint(IPAddress.Loopback, 1), new IPEndPoint(
            IPAddress.Loopback, 25))
        { User = user, Trusted = trusted };
        var reply = await new QueueTurn(fixture.Queue, fixture.Clock).StartAsync(node, peer, Policy);
        return $"{reply.Code} {reply.Enhanced} {reply.Text}";
    }
}
