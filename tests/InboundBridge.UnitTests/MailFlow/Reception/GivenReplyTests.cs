using System.Text.Json;
using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.Reception.Replies;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Json;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using InboundBridge.UnitTests.Smtp.Server;

namespace InboundBridge.UnitTests.MailFlow.Reception;

/// <summary>What the session of a message was answered is stored with the message: compact, and bounded.</summary>
public sealed class GivenReplyTests
{
    private const string Rules = """
        rules:
          - { name: strict, when: { recipient: "strict@*" }, then: [ reject: { code: 554, enhanced: 5.7.1, text: Not here } ] }
          - { name: late, when: { recipient: "late@*", subject: "Help" }, then: [ reject: { text: Read it } ] }
          - { name: rest, then: [ webhook: hook ] }
        """;

    [Fact]
    public async Task A_session_with_refused_recipients_is_told_as_it_was()
    {
        await using var reception = await ReceptionFixture.CreateAsync(Rules);
        await using (var server = new SmtpTestServer
        {
            Receivers = peer => new MailReceiver(peer, reception.Services),
            Options = new SmtpServerOptions { Hostname = "mx.example.com", Limits = new SmtpLimits { Recipients = 1 } },
        })
        {
            var client = server.Start();
            await client.ReadReplyAsync();
            foreach (var line in new[]
            {
                "EHLO client.example", "MAIL FROM:<al@sender.test>", "RCPT TO:<strict@example.com>", "RCPT TO:<bob@elsewhere.test>",
                "RCPT TO:<ann@example.com>", "RCPT TO:<more@example.com>", "DATA", "Subject: Help\r\n\r\nHi\r\n.", "QUIT",
            })
                await client.SayAsync(line);
        }
        var message = Assert.Single((await reception.Spool.ListMessagesAsync(new MessageFilter(), null, 10, default)).Items);
        Assert.Equal(
            [
                "MAIL al@sender.test 250 2.1.0 Sender ok  ",
                "RCPT ann@example.com 250 2.1.5 Recipient ok  ",
                "RCPT strict@example.com 554 5.7.1 Not here rule_reject strict",
                "RCPT bob@elsewhere.test 550 5.7.1 Relaying denied relay_denied ",
                "RCPT more@example.com 452 4.5.3 Too many recipients, a message may have 1 recipients ",
                $"DATA  250 2.0.0 Ok: queued as {message.Id}  ",
            ],
            Lines(message));
    }

    [Fact]
    public async Task On_LMTP_the_reply_to_each_recipient_at_the_end_of_the_data_is_stored()
    {
        await using var reception = await ReceptionFixture.CreateAsync(Rules, mode: SmtpListenerMode.Lmtp);
        await reception.MailAsync("");
        await reception.RcptAsync("ann@example.com");
        await reception.RcptAsync("late@example.com");
        Assert.Equal([250, 550], (await reception.DataAsync("Subject: Help\n\nHi\n")).Select(reply => reply.Code));
        var message = Assert.Single((await reception.Spool.ListMessagesAsync(new MessageFilter(), null, 10, default)).Items);
        Assert.Equal("DATA late@example.com 550 5.7.1 Read it rule_reject late", Lines(message).Last());
        Assert.Equal("MAIL  250 2.1.0 Sender ok  ", Lines(message).First());
    }

    [Fact]
    public async Task A_client_that_tries_many_recipients_makes_the_record_no_larger_than_its_bound()
    {
        await using var reception = await ReceptionFixture.CreateAsync(Rules);
        await reception.MailAsync();
        await reception.RcptAsync("ann@example.com");
        for (var number = 0; number < 500; number++)
        {
            var reply = await reception.RcptAsync($"strict{number}@elsewhere.test");
            reception.Receiver.Refused(
                new SmtpRefusal(SmtpVerb.Rcpt, reply with { Text = new string('x', 5000) })
                {
                    Recipients = new string('y', 5000),
                });
        }
        await reception.DataAsync("Subject: x\n\nHi\n");
        var message = Assert.Single((await reception.Spool.ListMessagesAsync(new MessageFilter(), null, 10, default)).Items);
        Assert.Equal((RefusalNotes.MostKept, 480), (message.Envelope.Refusals?.Count, message.Envelope.MoreRefusals));
        Assert.InRange(SpoolJson.Write(message.Envelope).Length, 5_000, 20_000);
    }

    [Fact]
    public async Task An_ordinary_message_costs_some_octets_and_an_older_one_says_that_nobody_knows()
    {
        await using var reception = await ReceptionFixture.CreateAsync(Rules);
        await reception.SendAsync("Subject: x\n\nHi\n", "ann@example.com");
        var message = Assert.Single((await reception.Spool.ListMessagesAsync(new MessageFilter(), null, 10, default)).Items);
        var older = message with { Envelope = message.Envelope with { Refusals = null } };
        Assert.Equal(3, GivenReplies.Of(message)?.Count());
        Assert.InRange(SpoolJson.Write(message.Envelope).Length - SpoolJson.Write(older.Envelope).Length, 1, 16);
        Assert.Null(GivenReplies.Of(older));
        Assert.Null(GivenReplies.Of(message with { Cause = new MailCause("m", "d", "failed", []) }));
        Assert.Null(JsonSerializer.Deserialize("""{"sender":"","recipients":[]}""", SpoolJson.Default.MailEnvelope)!.Refusals);
    }

    private static List<string> Lines(SpooledMessage message) =>
        [.. GivenReplies.Of(message)!.Select(given => $"{given.Command} {given.About} {given.Reply} {given.Reason} {given.Rule}")];
}
