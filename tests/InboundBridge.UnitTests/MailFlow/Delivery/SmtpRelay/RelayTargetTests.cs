using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.SenderRewriting;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.MailFlow.Delivery.SmtpRelay;

public class RelayTargetTests
{
    private static DeliveryReply Reply(int code, string? enhanced, string text) => new(code, enhanced, text, "smart.example.net");

    private static readonly string[] Opening = ["S:220 mx", "C:EHLO mx.example.com", "S:250-mx", "S:250-PIPELINING", "S:250 DSN"];

    private readonly DeliveryFixture _fixture = new();

    [Fact]
    public async Task A_mail_leaves_as_it_is_stored_with_the_edits_of_the_rule()
    {
        _fixture.Connection(
            [.. Opening, "C:MAIL FROM:<al@example.org>", "C:RCPT TO:<bo@example.net>", "C:DATA", "S:250 ok", "S:250 ok", "S:354 ok",
            "C:X-Rule: tickets", "C:Received: by us", "C:", "C:Hello.", "C:.", "S:250-2.0.0 queued", "S:250 2.0.0 as 42", "C:QUIT"]);
        var outcome =
            await DeliverAsync(
                DeliveryFixture.Attempt(
                    ["bo@example.net"], null, new StoredHeaderEdit("Subject", null), new StoredHeaderEdit("X-Rule", "tickets")));
        Assert.Equal(new DeliveryOutcome.Delivered(Reply(250, "2.0.0", "250 2.0.0 queued as 42")) { TookNotify = true }, outcome);
    }

    [Fact]
    public async Task Our_results_go_on_top_and_count_for_the_announced_size()
    {
        const string Field = "Authentication-Results: mx.example.com; none\r\n";
        _fixture.Connection(
            [.. Opening[..^1], "S:250-DSN", "S:250 SIZE", $"C:MAIL FROM:<al@example.org> SIZE={Field.Length + DeliveryFixture.Mail.Length}",
            "C:RCPT TO:<bo@example.net>", "C:DATA", "S:250 ok", "S:250 ok", "S:354 ok",
            "C:Authentication-Results: mx.example.com; none", .. Body, "S:250 2.0.0 queued", "C:QUIT"]);
        var attempt = DeliveryFixture.Attempt(["bo@example.net"]);
        Assert.IsType<DeliveryOutcome.Delivered>(
            await DeliverAsync(attempt with { Message = attempt.Message with { ResultsField = Field } }));
    }

    [Fact]
    public async Task The_senders_dsn_parameters_are_passed_on()
    {
        _fixture.Connection([.. Opening, "C:MAIL FROM:<al@example.org> RET=HDRS ENVID=e1",
            "C:RCPT TO:<bo@store.example.net> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;old@example.net",
            "C:RCPT TO:<cy@store.example.net> ORCPT=rfc822;cy@example.net",
            "C:DATA", "S:250 ok", "S:250 ok", "S:250 ok", "S:354 ok", .. Body, "S:250 ok", "C:QUIT"]);
        var envelope = new MailEnvelope
        {
            Sender = "al@example.org",
            Recipients =
                [new MailRecipient("cy@example.net"),
                    new MailRecipient(
                        "bo@example.net") { Notify = RecipientNotify.Success | RecipientNotify.Failure, OriginalRecipient =
                        "rfc822;old@example.net" }],
            DsnReturn = "HDRS",
            DsnEnvelopeId = "e1",
        };
        var outcome =
            await DeliverAsync(
                DeliveryFixture.Attempt(["bo@example.net=bo@store.example.net", "cy@example.net=cy@store.example.net"], envelope));
        Assert.IsType<DeliveryOutcome.Delivered>(outcome);
    }

    [Fact]
    public async Task Recipients_with_different_replies_have_an_outcome_each()
    {
        _fixture.Connection([.. Opening, "C:MAIL FROM:<al@example.org>", "C:RCPT TO:<a@x>", "C:RCPT TO:<b@x>", "C:RCPT TO:<c@x>", "C:DATA",
            "S:250 ok", "S:250 ok", "S:550 5.1.1 nobody", "S:450 4.2.0 later", "S:354 ok", .. Body, "S:250 ok", "C:QUIT"]);
        var outcome = Assert.IsType<DeliveryOutcome.PerRecipient>(await DeliverAsync(DeliveryFixture.Attempt(["a@x", "b@x", "c@x"])));
        Assert.Equal(
            [
                new DeliveryOutcome.Delivered(Reply(250, null, "250 ok")) { TookNotify = true },
                new DeliveryOutcome.Failed(Reply(550, "5.1.1", "550 5.1.1 nobody")),
                new DeliveryOutcome.RetryLater(Reply(450, "4.2.0", "450 4.2.0 later"), Answered: true),
            ],
            outcome.Recipients.Select(recipient => recipient.Outcome));
        Assert.Equal(["a@x", "b@x", "c@x"], outcome.Recipients.Select(recipient => recipient.Recipient.Address));
        Assert.Equal(Reply(550, "5.1.1", "1 of 3 delivered; 550 5.1.1 nobody"), outcome.Reply);
    }

    [Theory]
    [InlineData("550 5.7.1 not welcome", typeof(DeliveryOutcome.Failed))]
    [InlineData("451 4.3.0 later", typeof(DeliveryOutcome.RetryLater))]
    [InlineData("421 4.3.2 closing", typeof(DeliveryOutcome.RetryLater))]
    [InlineData("530 5.7.0 must issue STARTTLS first", typeof(DeliveryOutcome.RetryLater))]
    [InlineData("535 5.7.8 sign in first", typeof(DeliveryOutcome.RetryLater))]
    public async Task A_refusal_of_the_sender_is_one_outcome_for_all(string reply, Type kind)
    {
        _fixture.Connection(
            [.. Opening, "C:MAIL FROM:<al@example.org>", "C:RCPT TO:<bo@example.net>", "C:RCPT TO:<cy@example.net>", "C:DATA",
            "S:" + reply, "S:503 5.5.1 no", "S:503 5.5.1 no", "S:503 5.5.1 no", "C:RSET", "S:250 ok", "C:QUIT"]);
        var outcome = await DeliverAsync(DeliveryFixture.Attempt(["bo@example.net", "cy@example.net"]), complaints: reply[0..3] == "421");
        Assert.IsType(kind, outcome);
        Assert.Equal(reply, outcome.Reply.Text);
        // Only a 4xx reply of the server itself shows the circuit that the server is up.
        Assert.Equal(reply.StartsWith("451", StringComparison.Ordinal), outcome is DeliveryOutcome.RetryLater { Answered: true });
    }

    [Theory]
    [InlineData("S:554 5.7.1 no service", "554 5.7.1 no service")]
    [InlineData("S:421 4.3.2 busy", "421 4.3.2 busy")]
    [InlineData("X:close", "451 4.4.2 the connection was closed by the server")]
    public async Task A_refusal_in_the_greeting_bounces_no_mail(string step, string reply)
    {
        _fixture.Connection(step);
        var outcome =
            Assert.IsType<DeliveryOutcome.RetryLater>(await DeliverAsync(DeliveryFixture.Attempt(["bo@example.net"]), complaints: true));
        Assert.Equal(reply, outcome.Reply.Text);
        // A reply that our client made up, because the server gave none, has no code.
        Assert.Equal(step.StartsWith('S') ? int.Parse(reply[..3]) : null, outcome.Reply.Code);
        Assert.False(outcome.Answered);
    }

    [Fact]
    public async Task A_wrong_password_in_our_configuration_bounces_no_mail()
    {
        _fixture.Connection("S:220 mx", "C:EHLO mx.example.com", "S:250-mx", "S:250 AUTH PLAIN", "C:AUTH PLAIN AHUAcA==",
            "S:535 5.7.8 wrong");
        var outcome = await DeliverAsync(DeliveryFixture.Attempt(["bo@example.net"]), complaints: true,
            options => options with { User = "u", Password = "p", Tls = RelayTls.Off });
        Assert.Equal(new DeliveryOutcome.RetryLater(Reply(535, "5.7.8", "535 5.7.8 wrong")), outcome);
    }

    [Fact]
    public async Task A_server_that_can_not_be_reached_is_tried_later()
    {
        var outcome = await DeliverAsync(DeliveryFixture.Attempt(["bo@example.net"]));
        Assert.Equal(new DeliveryOutcome.RetryLater("451 4.4.1 could not connect to smart.example.net:25: connection refused"), outcome);
    }

    [Fact]
    public async Task An_attempt_without_an_answer_is_neither_delivered_nor_failed()
    {
        _fixture.Connection(
            [.. Opening, "C:MAIL FROM:<al@example.org>", "C:RCPT TO:<bo@example.net>", "C:DATA", "S:250 ok", "S:250 ok", "S:354 ok",
                .. Body, "X:close"]);
        Assert.IsType<DeliveryOutcome.RetryLater>(await DeliverAsync(DeliveryFixture.Attempt(["bo@example.net"])));
    }

    [Fact]
    public async Task A_probe_greets_and_delivers_nothing()
    {
        _fixture.Connection([.. Opening, "C:QUIT"]);
        await using (var target = Target(Options))
        {
            Assert.IsType<DeliveryOutcome.Delivered>(await target.ProbeAsync(TestContext.Current.CancellationToken));
        }
        _fixture.AssertNoComplaints();
        await using var unreachable = Target(Options);
        Assert.IsType<DeliveryOutcome.RetryLater>(await unreachable.ProbeAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("al@example.org", "SRS0=\u0001=example.org=al@srs.example.com")]
    [InlineData("\"a b\"@example.org", "\"SRS0=\u0001=example.org=a b\"@srs.example.com")]
    [InlineData("al@example.com", "al@example.com")]
    [InlineData("", "")]
    public async Task The_sender_of_forwarded_mail_is_rewritten_and_ours_is_not(string sender, string expected)
    {
        var srs = new SrsOptions { Domain = "srs.example.com", Secrets = ["tops3cr3t"], OwnDomains = ["example.com"] };
        var address = SmtpAddress.FromText(sender);
        var stamped = new SenderRewriter(srs, _fixture.Clock).Rewrite(new SrsMailbox(address.LocalPart, address.Domain));
        // The proof and the day, which SenderRewriterTests check.
        var proof = stamped is null ? "" : string.Join('=', stamped.Local.Split('=')[1..3]);
        _fixture.Connection(
            [.. Opening, $"C:MAIL FROM:<{expected.Replace("\u0001", proof, StringComparison.Ordinal)}>",
            "C:RCPT TO:<bo@example.net>", "C:DATA", "S:250 ok", "S:250 ok", "S:354 ok", .. Body, "S:250 ok", "C:QUIT"]);
        var envelope = new MailEnvelope { Sender = sender, Recipients = [new MailRecipient("bo@example.net")] };
        Assert.IsType<DeliveryOutcome.Delivered>(
            await DeliverAsync(DeliveryFixture.Attempt(["bo@example.net"], envelope), change: options => options with { Srs = srs }));
    }

    private static string[] Body => ["C:Received: by us", "C:Subject: hello", "C:", "C:Hello.", "C:."];

    private static RelayOptions Options => new() { Name = "outbound", Host = "smart.example.net", Hostname = "mx.example.com" };

    private RelayTarget Target(RelayOptions options) =>
        new(options, _fixture.Clock, NullLogger<RelayTarget>.Instance, Path.GetTempPath(), _fixture.DialAsync);

    private async Task<DeliveryOutcome> DeliverAsync(
        DeliveryAttempt attempt, bool complaints = false, Func<RelayOptions, RelayOptions>? change = null)
    {
        DeliveryOutcome outcome;
        await using (var target = Target(change?.Invoke(Options) ?? Options))
            outcome = await target.DeliverAsync(attempt, TestContext.Current.CancellationToken);
        if (!complaints)
            _fixture.AssertNoComplaints();
        return outcome;
    }
}
