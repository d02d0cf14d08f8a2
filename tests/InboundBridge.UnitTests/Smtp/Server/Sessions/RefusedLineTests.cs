namespace InboundBridge.UnitTests.Smtp.Server.Sessions;

/// <summary>What the log shows of a refused line.</summary>
public class RefusedLineTests
{
    [Theory]
    [InlineData("MAIL FROM:<a..b@client.example>", "MAIL FROM:<a..b@client.example>")]
    [InlineData("RCPT TO:<b@example..net>", "RCPT TO:<b@example..net>")]
    [InlineData("EHLO [192.0.2.777]", "EHLO [192.0.2.777]")]
    [InlineData("EHLO a\u009b31mb", "EHLO a?31mb")]
    [InlineData("AUTH PLAIN AGFsAHBhc3N3b3Jk =", null)]
    [InlineData("cGFzc3dvcmQ=", null)]
    public async Task The_log_shows_the_line_and_never_a_password(string line, string? shown)
    {
        await using var server = new SmtpTestServer();
        var client = server.Start();
        await client.ReadReplyAsync();
        await client.SayAsync(line);
        Assert.Equal(shown, Assert.Single(server.Observer.Refusals).Reply.LogDetail);
    }
}
