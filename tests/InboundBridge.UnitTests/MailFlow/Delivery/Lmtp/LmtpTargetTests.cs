using InboundBridge.MailFlow.Delivery.Lmtp;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Delivery.SmtpRelay;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Lmtp;

public class LmtpTargetTests
{
    private static readonly string[] Opening = ["S:220 store LMTP", "C:LHLO mx.example.com", "S:250-store", "S:250 PIPELINING"];

    private static readonly string[] Stored = ["C:Received: by us", "C:Subject: hello", "C:", "C:Hello.", "C:."];

    private readonly DeliveryFixture _fixture = new();

    [Fact]
    public async Task The_final_delivery_adds_return_path_and_delivered_to()
    {
        _fixture.Connection(
            [.. Opening, "C:MAIL FROM:<al@example.org>", "C:RCPT TO:<box@store>", "C:DATA", "S:250 ok", "S:250 ok", "S:354 ok",
            "C:Return-Path: <al@example.org>", "C:Delivered-To: bo@example.net", "C:X-Rule: r", .. Stored, "S:250 2.0.0 saved", "C:QUIT"]);
        var outcome = await DeliverAsync(DeliveryFixture.Attempt(["bo@example.net=box@store"], null, new StoredHeaderEdit("X-Rule", "r")));
        Assert.Equal(new DeliveryOutcome.Delivered(Reply(250, "2.0.0", "saved")), outcome);
    }

    [Fact]
    public async Task Our_results_stand_below_the_trace_and_above_the_stored_mail()
    {
        _fixture.Connection(
            [.. Opening, "C:MAIL FROM:<al@example.org>", "C:RCPT TO:<box@store>", "C:DATA", "S:250 ok", "S:250 ok", "S:354 ok",
            "C:Return-Path: <al@example.org>", "C:Delivered-To: bo@example.net", "C:Authentication-Results: mx.example.com;",
            "C:\tspf=pass smtp.mailfrom=al@example.org", .. Stored, "S:250 2.0.0 saved", "C:QUIT"]);
        var attempt = DeliveryFixture.Attempt(["bo@example.net=box@store"]);
        const string Field = "Authentication-Results: mx.example.com;\r\n\tspf=pass smtp.mailfrom=al@example.org\r\n";
        Assert.IsType<DeliveryOutcome.Delivered>(
            await DeliverAsync(attempt with { Message = attempt.Message with { ResultsField = Field } }));
    }

    [Fact]
    public async Task Recipients_do_not_see_each_other_and_have_a_reply_each()
    {
        _fixture.Connection([.. Opening, "C:MAIL FROM:<>", "C:RCPT TO:<a@x>", "C:RCPT TO:<b@x>", "C:RCPT TO:<c@x>", "C:DATA",
            "S:250 ok", "S:250 ok", "S:250 ok", "S:550 5.1.1 nobody", "S:354 ok",
            "C:Return-Path: <>", .. Stored, "S:250 2.0.0 saved for a", "S:452 4.2.2 b is full", "C:QUIT"]);
        var envelope = new MailEnvelope { Sender = "", Recipients = [] };
        var outcome =
            Assert.IsType<DeliveryOutcome.PerRecipient>(await DeliverAsync(DeliveryFixture.Attempt(["a@x", "b@x", "c@x"], envelope)));
        Assert.Equal(
            [
                new DeliveryOutcome.Delivered(Reply(250, "2.0.0", "saved for a")),
                new DeliveryOutcome.RetryLater(Reply(452, "4.2.2", "b is full"), Answered: true),
                new DeliveryOutcome.Failed(Reply(550, "5.1.1", "nobody")),
            ],
            outcome.Recipients.Select(recipient => recipient.Outcome));
    }

    [Fact]
    public async Task An_accepted_recipient_is_delivered_although_the_store_dies_before_the_next_reply()
    {
        _fixture.Connection([.. Opening, "C:MAIL FROM:<al@example.org>", "C:RCPT TO:<a@x>", "C:RCPT TO:<b@x>", "C:DATA",
            "S:250 ok", "S:250 ok", "S:250 ok", "S:354 ok", "C:Return-Path: <al@example.org>", .. Stored, "S:250 saved", "X:close"]);
        var outcome = Assert.IsType<DeliveryOutcome.PerRecipient>(await DeliverAsync(DeliveryFixture.Attempt(["a@x", "b@x"])));
        Assert.IsType<DeliveryOutcome.Delivered>(outcome.Recipients[0].Outcome);
        Assert.IsType<DeliveryOutcome.RetryLater>(outcome.Recipients[1].Outcome);
    }

    [Fact]
    public async Task A_store_that_is_down_is_one_outcome_for_all() =>
        Assert.Equal(
            new DeliveryOutcome.RetryLater("451 4.4.1 could not connect to unix:/run/dovecot/lmtp: connection refused"),
            await DeliverAsync(DeliveryFixture.Attempt(["a@x", "b@x"])));

    [Fact]
    public void An_address_that_is_none_is_refused_at_start() =>
        Assert.Throws<FormatException>(
            () => new LmtpTarget(Options with { Address = "host:port" }, TimeProvider.System, NullLogger<LmtpTarget>.Instance));

    private static DeliveryReply Reply(int code, string enhanced, string text) =>
        new(code, enhanced, $"{code} {enhanced} {text}", "unix:/run/dovecot/lmtp");

    private static LmtpOptions Options => new() { Name = "mailboxes", Address = "unix:/run/dovecot/lmtp", Hostname = "mx.example.com" };

    private async Task<DeliveryOutcome> DeliverAsync(DeliveryAttempt attempt)
    {
        DeliveryOutcome outcome;
        await using (var target = new LmtpTarget(Options, _fixture.Clock, NullLogger<LmtpTarget>.Instance, _fixture.DialAsync))
            outcome = await target.DeliverAsync(attempt, TestContext.Current.CancellationToken);
        _fixture.AssertNoComplaints();
        return outcome;
    }
}
