using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Server;
using InboundBridge.UnitTests.MailFlow.Queue;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.MailFlow.Reception;

/// <summary>Recipients of one message with different outcomes: each outcome is recorded, for its own recipient only.</summary>
public class MixedOutcomeTests
{
    private const string Mail = "From: Al <al@customer.example>\nTo: support@example.com\nSubject: Help\n\nIt broke\n";

    private const string Rules = """
        rules:
          - { name: strict, when: { recipient: "strict@*", subject: "Help" }, then: [tag: refused, reject: { code: 554, enhanced: 5.7.1, text: Not here }] }
          - { name: gone, when: { recipient: "gone@*" }, then: [discard] }
          - { name: rest, when: { recipient: "*" }, then: [webhook: hook] }
        """;

    [Fact]
    public async Task A_refusal_beside_discarded_recipients_is_recorded_with_its_message()
    {
        await using var reception = await ReceptionFixture.CreateAsync(Rules);
        Assert.Equal(250, (await reception.SendAsync(Mail, "gone@example.com", "strict@example.com")).Code);
        var refused = Assert.Single(await reception.DeliveriesAsync());
        Assert.Equal((DeliveryState.Dead, "554 5.7.1 Not here", "strict", ""), (
            refused.State, refused.LastReply?.Text, refused.Rule, refused.Destination));
        Assert.Equal(["refused"], refused.Tags);
        Assert.NotNull(refused.EndedAt);
        Assert.EndsWith("It broke\r\n", await reception.StoredAsync(refused.MessageId), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_record_can_be_released_to_a_destination_but_not_retried_without_one()
    {
        await using var reception = await ReceptionFixture.CreateAsync(Rules);
        await reception.SendAsync(Mail, "a@example.com", "strict@example.com");
        var refused = (await reception.DeliveriesAsync()).Single(delivery => delivery.State == DeliveryState.Dead);
        var filter = new DeliveryFilter { Id = refused.Id };
        reception.Queue.ReplaceDestinations([(QueueFixture.Destination("other"), new ScriptedTarget())]);

        Assert.Equal(0, await reception.Queue.RetryAsync(filter, CancellationToken.None));
        Assert.Equal(0, await reception.Queue.ReleaseAsync(filter, null, CancellationToken.None));
        Assert.Equal(0, await reception.Queue.ReleaseAsync(filter, "missing", CancellationToken.None));
        Assert.Equal(1, await reception.Queue.ReleaseAsync(filter, "other", CancellationToken.None));
        var released = await reception.Spool.FindDeliveryAsync(refused.Id, CancellationToken.None);
        Assert.Equal((DeliveryState.Pending, "other", "strict@example.com", null), (
            released!.State, released.Destination, released.Recipients[0].Address, released.EndedAt));
    }

    [Fact]
    public async Task A_delivery_that_failed_at_its_destination_is_not_released_to_another()
    {
        await using var reception = await ReceptionFixture.CreateAsync(Rules);
        await reception.SendAsync(Mail, "a@example.com");
        var delivery = Assert.Single(await reception.DeliveriesAsync());
        await reception.Spool.CompleteAsync(
            new DeliveryCompletion { Delivery = delivery with { State = DeliveryState.Dead } }, CancellationToken.None);
        Assert.Equal(
            0, await reception.Queue.ReleaseAsync(new DeliveryFilter { State = DeliveryState.Dead }, "other", CancellationToken.None));
    }

    [Fact]
    public async Task The_refusal_has_a_log_line_of_its_own()
    {
        var log = new CaptureLog();
        await using var reception = await ReceptionFixture.CreateAsync(Rules, log: log);
        await reception.SendAsync(Mail, "a@example.com", "strict@example.com");
        var line = Assert.Single(log.All, line => line.Event == 1002).Text;
        Assert.Contains("to=strict@example.com", line, StringComparison.Ordinal);
        Assert.Contains("rule=strict reply=554 5.7.1 Not here", line, StringComparison.Ordinal);
    }

    /// <summary>A permanent refusal would lose the message for the recipient that is only deferred.</summary>
    [Fact]
    public async Task After_the_header_one_deferred_recipient_defers_the_message()
    {
        await using var reception = await ReceptionFixture.CreateAsync("""
            rules:
              - { name: no, when: { recipient: "a@*", subject: "Help" }, then: [reject: No] }
              - { name: later, when: { recipient: "b@*", subject: "Help" }, then: [defer: Later] }
              - { name: rest, when: { recipient: "*" }, then: [webhook: hook] }
            """);
        var mail = "Subject: Help\n\n" + new string('x', 100_000);
        Assert.Equal(451, (await reception.SendAsync(mail, "a@example.com", "b@example.com")).Code);
    }

    [Fact]
    public async Task After_the_header_lmtp_gives_each_recipient_its_own_refusal()
    {
        await using var reception = await ReceptionFixture.CreateAsync("""
            rules:
              - { name: no, when: { recipient: "a@*", subject: "Help" }, then: [reject: { code: 554, text: No }] }
              - { name: later, when: { recipient: "b@*", subject: "Help" }, then: [defer: Later] }
              - { name: rest, when: { recipient: "*" }, then: [webhook: hook] }
            """, mode: SmtpListenerMode.Lmtp);
        await reception.MailAsync();
        await reception.RcptAsync("a@example.com");
        await reception.RcptAsync("b@example.com");
        Assert.Equal([554, 451], (await reception.DataAsync("Subject: Help\n\n" + new string('x', 100_000), chunk: 4096)).Select(
            reply => reply.Code));
    }

    [Fact]
    public async Task A_content_rule_does_not_let_unknown_recipients_past_rcpt()
    {
        await using var reception = await ReceptionFixture.CreateAsync("""
            rules:
              - { name: exe, when: { attachment: { name: "*.exe" } }, then: [reject: { code: 554, text: No programs }] }
              - { name: known, when: { recipient: "a@*" }, then: [webhook: hook] }
            """, new RulesDefault.Reject());
        await reception.MailAsync();
        Assert.Equal(250, (await reception.RcptAsync("a@example.com")).Code);
    }

    [Fact]
    public async Task With_a_default_of_reject_an_unknown_recipient_is_refused_at_rcpt()
    {
        await using var reception = await ReceptionFixture.CreateAsync("""
            rules:
              - { name: exe, when: { attachment: { name: "*.exe" } }, then: [reject: { code: 554, text: No programs }] }
              - { name: known, when: { recipient: "a@*" }, then: [webhook: hook] }
            """);
        await reception.MailAsync();
        var reply = await reception.RcptAsync("nobody@example.com");
        Assert.Equal((550, "Not accepted here"), (reply.Code, reply.Text));
        Assert.Equal(250, (await reception.RcptAsync("a@example.com")).Code);
    }
}
