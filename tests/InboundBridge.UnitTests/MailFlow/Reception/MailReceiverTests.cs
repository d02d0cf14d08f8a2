using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.UnitTests.MailFlow.Reception;

public class MailReceiverTests
{
    private const string Mail = "From: Al <al@customer.example>\nTo: support@example.com\nSubject: Help\n\nIt broke\n";

    private const string ToHook = "rules: [{ name: all, when: { recipient: '*' }, then: [webhook: hook] }]";

    [Fact]
    public async Task An_accepted_message_is_in_the_spool_after_our_received_field()
    {
        await using var reception = await ReceptionFixture.CreateAsync(ToHook);
        var reply = await reception.SendAsync(Mail, "support@example.com");
        Assert.Equal(250, reply.Code);
        var delivery = Assert.Single(await reception.DeliveriesAsync());
        Assert.Contains(delivery.MessageId, reply.Text, StringComparison.Ordinal);
        Assert.Equal(("hook", "all", DeliveryState.Pending), (delivery.Destination, delivery.Rule, delivery.State));
        var stored = await reception.StoredAsync(delivery.MessageId);
        Assert.StartsWith("Received: from client.example ([192.0.2.1])", stored, StringComparison.Ordinal);
        Assert.Contains("for <support@example.com>", stored, StringComparison.Ordinal);
        Assert.EndsWith(Mail.ReplaceLineEndings("\r\n"), stored, StringComparison.Ordinal);
        var message = await reception.Spool.FindMessageAsync(delivery.MessageId, CancellationToken.None);
        Assert.Equal(("Help", "al@customer.example", "client.example"), (message!.Subject, message.Envelope.Sender, message.Envelope.Helo));
        Assert.Equal(stored.Length, message.Size);
    }

    [Theory]
    [InlineData("text: '*never*'", true)]
    [InlineData("script: 'message.text.length < 0'", true)]
    [InlineData("attachment: { name: '*.never' }", true)]
    [InlineData("subject: '*never*'", false)]
    public async Task A_heavy_message_waits_for_the_gate_when_rules_read_it(string condition, bool waits)
    {
        await using var reception = await ReceptionFixture.CreateAsync(
            $"rules: [{{ name: asks, when: {{ {condition} }}, then: [discard] }}, "
            + "{ name: all, when: { recipient: '*' }, then: [webhook: hook] }]");
        var gate = reception.Services.Gate = new ReadingGate(1);
        var place = await gate.EnterAsync(1, CancellationToken.None);
        Assert.Equal(waits, reception.Services.CurrentPolicy.Routing.Rules.ReadsContent);
        var heavy = "Content-Type: text/html\n\n" + string.Concat(Enumerable.Repeat("<p>some text</p>\n", 50_000));
        var sent = reception.SendAsync(heavy, "support@example.com");
        if (waits)
            Assert.False(sent.IsCompleted);
        else
            await sent;
        place.Dispose();
        await sent;
        (await gate.EnterAsync(1, CancellationToken.None)).Dispose();
    }

    [Fact]
    public async Task Mail_for_foreign_domains_is_not_relayed()
    {
        await using var reception = await ReceptionFixture.CreateAsync(ToHook);
        await reception.MailAsync();
        foreach (var stranger in new[] { "a@elsewhere.example", "a@in.example.com.evil.example", "a@in.example.com", "a@xexample.com" })
            Assert.Equal("550 5.7.1", Codes(await reception.RcptAsync(stranger)));
        Assert.Equal(250, (await reception.RcptAsync("a@deep.down.in.example.com")).Code);
    }

    [Fact]
    public async Task Postmaster_without_a_domain_is_accepted()
    {
        await using var reception = await ReceptionFixture.CreateAsync(ToHook);
        await reception.SendAsync(Mail, "postmaster");
        Assert.Equal("postmaster@example.com", Assert.Single((await reception.DeliveriesAsync())[0].Recipients).Address);
    }

    [Fact]
    public async Task A_refusal_that_is_certain_at_rcpt_is_given_there()
    {
        await using var reception = await ReceptionFixture.CreateAsync(
            "rules: [{ name: gone, when: { recipient: 'gone@*' }, then: [reject: { code: 550, enhanced: 5.1.6, text: Moved }] }]",
            new RulesDefault.Hold());
        await reception.MailAsync();
        Assert.Equal("550 5.1.6", Codes(await reception.RcptAsync("gone@example.com")));
        Assert.Equal(250, (await reception.RcptAsync("here@example.com")).Code);
    }

    [Fact]
    public async Task A_refusal_that_is_certain_after_the_header_does_not_write_the_body()
    {
        await using var reception = await ReceptionFixture.CreateAsync(
            "rules: [{ name: spam, when: { subject: 'buy*' }, then: [reject: No] }, { name: all, when: { recipient: '*' }, then: [webhook: hook] }]");
        await reception.MailAsync();
        await reception.RcptAsync("a@example.com");
        var mail = "Subject: buy now\n\n" + new string('x', 100_000);
        Assert.False(Assert.Single(await reception.DataAsync(mail, chunk: 4096)).IsPositive);
        Assert.True(reception.Body.Taken < 20_000, $"{reception.Body.Taken} octets were read");
        Assert.Empty(await reception.DeliveriesAsync());
    }

    [Fact]
    public async Task Recipients_with_the_same_destination_share_a_delivery_unless_they_are_treated_differently()
    {
        await using var reception = await ReceptionFixture.CreateAsync(
            """
            rules:
              - { name: ticket, when: { recipient: "support+{ticket}@example.com" }, then: [webhook: hook] }
              - { name: rest, when: { recipient: "*" }, then: [webhook: hook] }
            """);
        await reception.SendAsync(Mail, "a@example.com", "support+1@example.com", "b@example.com", "support+2@example.com");
        var deliveries = await reception.DeliveriesAsync();
        Assert.Equal(3, deliveries.Count);
        Assert.Equal(["a@example.com", "b@example.com"], deliveries.Single(delivery => delivery.Rule == "rest").Recipients.Select(
            recipient => recipient.Address));
        Assert.Equal(
            ["1", "2"], deliveries.Where(delivery => delivery.Rule == "ticket").Select(delivery => delivery.Vars["ticket"]).Order());
    }

    [Fact]
    public async Task A_refusal_of_some_recipients_after_the_data_is_recorded_and_the_others_are_accepted()
    {
        await using var reception = await ReceptionFixture.CreateAsync(
            """
            rules:
              - { name: strict, when: { recipient: "strict@*", subject: "Help" }, then: [reject: { code: 554, enhanced: 5.7.1, text: Not here }] }
              - { name: rest, when: { recipient: "*" }, then: [webhook: hook] }
            """);
        Assert.Equal(250, (await reception.SendAsync(Mail, "a@example.com", "strict@example.com")).Code);
        var deliveries = await reception.DeliveriesAsync();
        Assert.Equal(DeliveryState.Pending, deliveries.Single(delivery => delivery.Destination == "hook").State);
        var refused = deliveries.Single(delivery => delivery.Destination.Length == 0);
        Assert.Equal((DeliveryState.Dead, "554 5.7.1 Not here"), (refused.State, refused.LastReply?.Text));
    }

    [Fact]
    public async Task One_deferred_recipient_defers_the_whole_message()
    {
        await using var reception = await ReceptionFixture.CreateAsync(
            """
            rules:
              - { name: later, when: { recipient: "later@*", subject: "Help" }, then: [defer: Not now] }
              - { name: rest, when: { recipient: "*" }, then: [webhook: hook] }
            """);
        Assert.Equal(451, (await reception.SendAsync(Mail, "a@example.com", "later@example.com")).Code);
        Assert.Empty(await reception.DeliveriesAsync());
    }

    [Fact]
    public async Task Lmtp_gives_each_recipient_its_own_reply()
    {
        await using var reception = await ReceptionFixture.CreateAsync(
            """
            rules:
              - { name: strict, when: { recipient: "strict@*", subject: "Help" }, then: [reject: Not here] }
              - { name: rest, when: { recipient: "*" }, then: [lmtp: boxes] }
            """,
            mode: SmtpListenerMode.Lmtp);
        await reception.MailAsync();
        await reception.RcptAsync("a@example.com");
        await reception.RcptAsync("strict@example.com");
        await reception.RcptAsync("b@example.com");
        Assert.Equal([true, false, true], (await reception.DataAsync(Mail)).Select(reply => reply.IsPositive));
        Assert.Equal(2, Assert.Single(await reception.DeliveriesAsync()).Recipients.Count);
    }

    [Fact]
    public async Task Mail_that_no_rule_decides_is_held_by_default_when_configured()
    {
        await using var reception = await ReceptionFixture.CreateAsync("rules: []", new RulesDefault.Hold());
        await reception.SendAsync(Mail, "a@example.com");
        Assert.Equal(DeliveryState.Held, Assert.Single(await reception.DeliveriesAsync()).State);
    }

    [Fact]
    public async Task Discarded_mail_gets_250_and_is_not_stored()
    {
        await using var reception = await ReceptionFixture.CreateAsync("rules: [{ name: hush, when: { sender: '*' }, then: [discard] }]");
        Assert.Equal(250, (await reception.SendAsync(Mail, "a@example.com")).Code);
        Assert.Empty(await reception.DeliveriesAsync());
        Assert.Equal(0, (await reception.Spool.ReadTotalsAsync(CancellationToken.None)).Messages);
    }

    [Fact]
    public async Task Mail_with_too_many_hops_is_refused()
    {
        await using var reception = await ReceptionFixture.CreateAsync(ToHook);
        var hops = string.Concat(Enumerable.Repeat("Received: from a by b; Fri, 2 Jan 2026 03:04:05 +0000\n", 51));
        Assert.Equal("554 5.4.6", Codes(await reception.SendAsync(hops + Mail, "a@example.com")));
        Assert.Equal(
            250, (await reception.SendAsync(hops[(hops.IndexOf('\n', StringComparison.Ordinal) + 1)..] + Mail, "a@example.com")).Code);
    }

    [Theory]
    [InlineData("A@Example.com", 554, "a@example.com")]
    [InlineData("<a@example.com>", 554, "a@example.com")]
    [InlineData("b@example.com", 250, "a@example.com")]
    [InlineData("a@example.com", 250, "a@example.com", "b@example.com")]
    [InlineData("no address", 250, "a@example.com")]
    public async Task Mail_that_was_delivered_to_its_recipients_before_is_refused(string deliveredTo, int code, params string[] recipients)
    {
        await using var reception = await ReceptionFixture.CreateAsync(ToHook);
        Assert.Equal(code, (await reception.SendAsync($"Delivered-To: {deliveredTo}\n{Mail}", recipients)).Code);
    }

    [Fact]
    public async Task A_message_that_the_session_refuses_is_not_stored()
    {
        await using var reception = await ReceptionFixture.CreateAsync(ToHook);
        await reception.MailAsync();
        await reception.RcptAsync("a@example.com");
        var body = new TextBody("Subject: x\r\n\r\nbare\nnewline", 10) { RefusedWith = SmtpReply.Create(550, 6, 11, "Bare newline") };
        Assert.Equal("550 5.6.11", Codes(Assert.Single(await reception.Receiver.DataAsync(body, CancellationToken.None))));
        Assert.Equal(0, (await reception.Spool.ReadTotalsAsync(CancellationToken.None)).Messages);
    }

    private static string Codes(SmtpReply reply) => $"{reply.Code} {reply.Enhanced}";
}
