namespace InboundBridge.UnitTests.Smtp.Server.Body;

/// <summary>Chunks that carry nothing come to an end.</summary>
public class BdatLimitTests
{
    [Theory]
    [InlineData("BDAT 0\r\n")]
    [InlineData("BDAT 1\r\nx")]
    public async Task Chunks_that_carry_next_to_nothing_come_to_an_end(string chunk)
    {
        await using var server = new SmtpTestServer();
        var client = await UpToDataAsync(server);
        await client.SendRawAsync(string.Concat(Enumerable.Repeat(chunk, 1001)));
        for (var i = 0; i < 1000; i++)
            Assert.StartsWith("250 ", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("421 4.7.0", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.Null(await client.ReadLineAsync());
    }

    [Fact]
    public async Task A_short_mail_may_come_octet_by_octet()
    {
        await using var server = new SmtpTestServer();
        var client = await UpToDataAsync(server);
        await client.SendRawAsync(string.Concat(Enumerable.Repeat("BDAT 1\r\nx", 1000)) + "BDAT 0 LAST\r\n");
        for (var i = 0; i < 1000; i++)
            Assert.StartsWith("250 ", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("250 2.0.0", await client.ReadReplyAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chunks_of_some_size_may_be_as_many_as_the_message_needs()
    {
        await using var server = new SmtpTestServer();
        var client = await UpToDataAsync(server);
        await client.SendRawAsync(string.Concat(Enumerable.Repeat("BDAT 16\r\n0123456789abcdef", 1500)) + "BDAT 0 LAST\r\n");
        for (var i = 0; i < 1500; i++)
            Assert.StartsWith("250 ", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("250 2.0.0", await client.ReadReplyAsync(), StringComparison.Ordinal);
    }

    private static async Task<SmtpTestClient> UpToDataAsync(SmtpTestServer server)
    {
        var client = server.Start();
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO client.example");
        await client.SayAsync("MAIL FROM:<a@client.example>");
        await client.SayAsync("RCPT TO:<b@example.net>");
        return client;
    }
}
