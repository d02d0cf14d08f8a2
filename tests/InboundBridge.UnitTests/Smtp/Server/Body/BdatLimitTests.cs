namespace InboundBridge.UnitTests.Smtp.Server.Body;

/// <summary>The limit on chunks that carry almost nothing.</summary>
public class BdatLimitTests
{
    [Theory]
    [InlineData("BDAT 0\r\n")]
    [InlineData("BDAT 1\r\nx")]
    public async Task The_number_of_tiny_chunks_is_limited(string chunk)
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
    public async Task A_short_message_may_come_octet_by_octet()
    {
        await using var server = new SmtpTestServer();
        var client = await UpToDataAsync(server);
        await client.SendRawAsync(string.Concat(Enumerable.Repeat("BDAT 1\r\nx", 1000)) + "BDAT 0 LAST\r\n");
        for (var i = 0; i < 1000; i++)
            Assert.StartsWith("250 ", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("250 2.0.0", await client.ReadReplyAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_number_of_larger_chunks_is_not_limited()
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
