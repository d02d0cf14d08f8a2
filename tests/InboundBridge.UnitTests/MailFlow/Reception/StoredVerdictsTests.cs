using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using InboundBridge.MailFlow.Delivery.Webhook.Formats.Native;
using InboundBridge.MailFlow.Domains;
using InboundBridge.MailFlow.Reception.Facts;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Rules.Facts;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using InboundBridge.UnitTests.MailFlow.Delivery.Webhook;
using InboundBridge.UnitTests.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.Reception;

/// <summary>What is stored of the verdicts, and what scripts see of them.</summary>
public class StoredVerdictsTests
{
    private const string Rules = "rules: [{ name: all, when: { recipient: '*' }, then: [webhook: hook] }]";

    private const string Mail = "From: Al <al@customer.example>\nTo: support@example.com\nSubject: Help\n\nIt broke\n";

    [Fact]
    public async Task A_judged_mail_is_stored_with_its_verdicts_and_its_field()
    {
        await using var reception = await ReceptionFixture.CreateAsync(Rules);
        reception.Services.CurrentPolicy = reception.Services.CurrentPolicy with
        {
            Senders = Checks(),
            AuthservIds = ["mx.example.com", "other.example.com"],
        };
        await reception.SendAsync(Mail, "support@example.com");
        var message = await FindAsync(reception);
        Assert.Equal(
            "Authentication-Results: mx.example.com;\r\n\tiprev=permerror policy.iprev=192.0.2.1;\r\n"
            + "\tspf=pass smtp.mailfrom=al@customer.example;\r\n\tdkim=none;\r\n"
            + "\tdmarc=pass header.from=customer.example policy.dmarc=reject\r\n",
            message.ResultsField);
        var verdicts = VerdictsReader.Read(message.AuthenticationJson);
        Assert.Equal((SenderVerdict.Pass, "reject"), (verdicts.Verdict, verdicts.Dmarc.Policy));
        Assert.Equal(["spf=pass aligned with customer.example"], verdicts.Reasons);
        Assert.DoesNotContain("Authentication-Results", await reception.StoredAsync(message.Id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_that_is_not_checked_has_no_verdicts_and_no_field()
    {
        await using var reception = await ReceptionFixture.CreateAsync(Rules);
        await reception.SendAsync(Mail, "support@example.com");
        var message = await FindAsync(reception);
        Assert.Equal((null, null), (message.ResultsField, message.AuthenticationJson));
    }

    [Fact]
    public async Task Scripts_see_what_the_checks_have_found_out_so_far()
    {
        var composed = 0;
        await using var reception = await ReceptionFixture.CreateAsync(Rules);
        var routing = reception.Services.CurrentPolicy.Routing;
        var script = new ScriptJson(WebhookFixture.Services(new RecordingHandler()));
        var policy = new ReceptionPolicy
        {
            Hostname = "mx.example.com",
            Domains = new LocalDomains(["example.com"]),
            Routing = routing,
            ScriptJson = (message, content, members) =>
            {
                composed++;
                return script.Compose(message, content, members);
            },
        };
        var peer = new SmtpPeer(
            "mx", SmtpListenerMode.Mx, new IPEndPoint(IPAddress.Parse("192.0.2.1"), 1), new IPEndPoint(IPAddress.Loopback, 25));
        using var client = Checks().Connect(IPAddress.Parse("192.0.2.1"), null);
        using var check = client.Begin("client.example", "al@customer.example");
        var transaction = new MailTransaction(
            "m", new MailCommand(new SmtpAddress("al", "customer.example")), peer, policy, default)
        { SenderCheck = check };
        var octets = Encoding.ASCII.GetBytes(Mail.ReplaceLineEndings("\r\n"));
        var facts = MailFacts.At(transaction, RuleStage.Body, MailContent.FromMemory(octets), octets.Length);

        Assert.Equal(("none", "none"), await ReadAsync());
        check.Take(octets);
        check.HeaderArrived(new SenderHeader(["customer.example"], []));
        await check.ConcludeAsync(CancellationToken.None);
        Assert.Equal(("pass", "pass"), await ReadAsync());
        Assert.Equal(("pass", "pass"), await ReadAsync());
        Assert.Equal(2, composed);

        async Task<(string?, string?)> ReadAsync()
        {
            var seen = JsonNode.Parse((await facts.ReadMessageJsonAsync(null, CancellationToken.None))!.Json.Span)!["authentication"]!;
            return ((string?)seen["verdict"], (string?)seen["dmarc"]!["result"]);
        }
    }

    private static SenderChecks Checks() => new(
        new SenderCheckOptions(),
        new ZoneResolver().Txt("customer.example", "v=spf1 ip4:192.0.2.1 -all").Txt("_dmarc.customer.example", "v=DMARC1; p=reject"),
        TimeProvider.System);

    private static async Task<SpooledMessage> FindAsync(ReceptionFixture reception)
    {
        var delivery = Assert.Single(await reception.DeliveriesAsync());
        return (await reception.Spool.FindMessageAsync(delivery.MessageId, CancellationToken.None))!;
    }
}
