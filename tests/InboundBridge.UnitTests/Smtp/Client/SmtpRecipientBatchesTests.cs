using System.Text;
using InboundBridge.Smtp.Client;

namespace InboundBridge.UnitTests.Smtp.Client;

public class SmtpRecipientBatchesTests
{
    private static readonly string[] OfRcpt =
        ["250 ok", "250 ok", "452 full", "452 4.5.3 too many", "552 too many", "552 5.2.2 full", "451 later", "550 no", "421 bye"];

    private static readonly string[] OfTheMail = ["250 ok", "250 ok", "452 full", "452 4.5.3 too many", "552 too many", "451 x", "550 no"];

    /// <summary>A server that answered 452 to the end of each mail got the mail again and again, without an end.</summary>
    [Fact]
    public async Task Whatever_the_server_replies_there_are_at_most_as_many_transactions_as_recipients()
    {
        for (var seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            var recipients = random.Next(1, 8);
            var limit = random.Next(0, 4);
            var extensions = (random.Next(2) == 0 ? "250-PIPELINING\r\n" : "") + (limit == 0 ? "250 HELP" : $"250 LIMITS RCPTMAX={limit}");
            var isLmtp = random.Next(3) == 0;
            var (result, server) = await SendAsync(recipients, extensions, isLmtp, verb => verb switch
            {
                "MAIL" => random.Next(20) == 0 ? "452 full" : "250 ok",
                "RCPT" => OfRcpt[random.Next(OfRcpt.Length)],
                "DATA" => random.Next(8) == 0 ? "452 full" : "354 go on",
                "." => OfTheMail[random.Next(OfTheMail.Length)],
                _ => random.Next(20) == 0 ? "452 full" : "250 ok",
            });
            Assert.True(server.Transactions <= recipients, $"seed {seed}: {server.Transactions} transactions for {recipients} recipients");
            Assert.All(server.Sent, sent => Assert.True(sent.Value == 1, $"seed {seed}: {sent.Value} times to {sent.Key}"));
            Assert.Equal(recipients, result.Replies.Count);
            Assert.All(result.Replies, Assert.NotNull);
        }
    }

    [Theory]
    [InlineData("RCPT", "452 Insufficient system storage")]
    [InlineData("RCPT", "552 Insufficient system storage")]
    [InlineData(".", "452 Insufficient system storage")]
    [InlineData(".", "452 4.5.3 Insufficient system storage")]
    public async Task A_server_that_always_says_that_its_disk_is_full_is_asked_once(string verb, string reply)
    {
        var (result, server) = await SendAsync(
            3, "250 HELP", isLmtp: false, said => said == verb ? reply : said == "DATA" ? "354 go on" : "250 ok");
        Assert.Equal(1, server.Transactions);
        Assert.All(result.Replies, each => Assert.Equal(452, each.Code));
    }

    /// <summary>What the first transaction delivered must be reported, or it would be delivered again.</summary>
    [Fact]
    public async Task A_stop_ends_a_delivery_between_two_transactions_and_keeps_what_was_delivered()
    {
        using var stop = new CancellationTokenSource();
        var (result, server) = await SendAsync(3, "250 LIMITS RCPTMAX=1", isLmtp: false, verb =>
        {
            if (verb == ".")
                stop.Cancel();
            return verb == "DATA" ? "354 go on" : "250 ok";
        }, stop.Token);
        Assert.Equal(1, server.Transactions);
        Assert.Equal(SmtpSendStage.Recipients, result.Stage);
        Assert.Equal(["250 ", "451 stopped", "451 stopped"], result.Replies.Select(reply => $"{reply.Code} {reply.Reason}"));
    }

    private static async Task<(SmtpSendResult Result, AnyReplyServer Server)> SendAsync(
        int recipients, string extensions, bool isLmtp, Func<string, string> reply, CancellationToken stop = default)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        var connection = new MemoryConnection();
        var server = new AnyReplyServer(connection.Server, extensions, isLmtp, reply);
        var serving = server.ServeAsync();
        var options = new SmtpClientOptions
        {
            Server = new SmtpEndpoint("mx.example.net", 25),
            Hostname = "client.example.org",
            Tls = SmtpTlsMode.Off,
            Lmtp = isLmtp,
        };
        var message = new SmtpClientMessage
        {
            Sender = "al@example.org",
            Recipients = [.. Enumerable.Range(1, recipients).Select(number => new SmtpClientRecipient($"r{number}@example.net"))],
            Content = SmtpContent.FromMemory(Encoding.ASCII.GetBytes("Subject: hello\r\n\r\nHello.\r\n")),
        };
        var sending = SmtpSender.SendAsync(
            options, message, stop, (_, _) => new(connection.Client), new FakeTimeProvider(FakeTime.Start));
        var result = await sending.AsTask().WaitAsync(patience.Token);
        await serving.WaitAsync(patience.Token);
        return (result, server);
    }
}
