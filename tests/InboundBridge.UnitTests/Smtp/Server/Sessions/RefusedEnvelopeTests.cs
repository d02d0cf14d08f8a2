using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.UnitTests.Smtp.Server.Sessions;

/// <summary>What the log is told about the envelope of a refusal.</summary>
public class RefusedEnvelopeTests
{
    private static readonly string[] Hello = ["EHLO client.example", "MAIL FROM:<al@client.example>"];

    [Fact]
    public async Task A_sender_a_recipient_and_a_message_are_named()
    {
        Assert.Equal(
            ("al@client.example", null),
            await RefusedAsync(new() { MessageSize = 1000 }, "EHLO client.example", "MAIL FROM:<al@client.example> SIZE=2000"));
        Assert.Equal(
            ("al@client.example", "c@example.net"),
            await RefusedAsync(new() { Recipients = 1 }, [.. Hello, "RCPT TO:<b@example.net>", "RCPT TO:<c@example.net>"]));
        Assert.Equal(
            ("al@client.example", "b@example.net,c@example.net"),
            await RefusedAsync(
                new() { MessageSize = 1000 },
                [.. Hello, "RCPT TO:<b@example.net>", "RCPT TO:<c@example.net>", "DATA", $"{new string('x', 2000)}\r\n."]));
    }

    [Fact]
    public async Task The_null_reverse_path_is_empty_and_no_transaction_is_null()
    {
        Assert.Equal(
            ("", "b@example.net"),
            await RefusedAsync(new() { Recipients = 0 }, "EHLO client.example", "MAIL FROM:<>", "RCPT TO:<b@example.net>"));
        Assert.Equal((null, null), await RefusedAsync(new(), "EHLO client.example", "BOGUS"));
    }

    [Fact]
    public async Task The_envelope_of_a_message_that_was_answered_is_not_named_again() =>
        Assert.Equal(
            (null, null),
            await RefusedAsync(new(), [.. Hello, "RCPT TO:<b@example.net>", "DATA", "Subject: x\r\n\r\ny\r\n.", "DATA"]));

    [Fact]
    public async Task A_long_list_of_recipients_is_cut()
    {
        var recipients = Enumerable.Range(1, 23).Select(number => $"RCPT TO:<r{number}@example.net>");
        var (_, named) = await RefusedAsync(
            new() { MessageSize = 1000 }, [.. Hello, .. recipients, "DATA", $"{new string('x', 2000)}\r\n."]);
        Assert.EndsWith(",r20@example.net and 3 more", named, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_lmtp_each_refusal_names_its_own_recipient()
    {
        await using var server = new SmtpTestServer { Mode = SmtpListenerMode.Lmtp, Options = With(new() { MessageSize = 1000 }) };
        await SayAsync(
            server, "LHLO client.example", "MAIL FROM:<al@client.example>", "RCPT TO:<b@example.net>", "RCPT TO:<c@example.net>", "DATA",
            $"{new string('x', 2000)}\r\n.");
        await server.EndAsync();
        Assert.Equal(["b@example.net", "c@example.net"], server.Observer.Refusals.Select(refusal => refusal.Recipients));
    }

    private static SmtpServerOptions With(SmtpLimits limits) => new() { Hostname = "mx.example.net", Limits = limits };

    private static async Task<(string? Sender, string? Recipients)> RefusedAsync(SmtpLimits limits, params string[] lines)
    {
        await using var server = new SmtpTestServer { Options = With(limits) };
        await SayAsync(server, lines);
        var refusal = Assert.Single(server.Observer.Refusals);
        return (refusal.Sender, refusal.Recipients);
    }

    private static async Task SayAsync(SmtpTestServer server, params string[] lines)
    {
        var client = server.Start();
        await client.ReadReplyAsync();
        foreach (var line in lines)
            await client.SayAsync(line);
        await client.EndInputAsync();
    }
}
