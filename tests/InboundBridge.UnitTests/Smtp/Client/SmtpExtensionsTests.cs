using InboundBridge.Smtp.Client;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.UnitTests.Smtp.Client;

public class SmtpExtensionsTests
{
    [Fact]
    public void Extensions_are_recognized_in_any_case()
    {
        var offered = From("pipelining", "8bitmime", "SmtpUtf8", "CHUNKING", "BINARYMIME", "DSN", "STARTTLS", "REQUIRETLS", "SIZE 1000",
            "AUTH plain LOGIN", "LIMITS RCPTMAX=5 MAILMAX=7 X=1");
        Assert.Equivalent(new SmtpExtensions
        {
            Pipelining = true,
            EightBitMime = true,
            SmtpUtf8 = true,
            Chunking = true,
            BinaryMime = true,
            Dsn = true,
            StartTls = true,
            RequireTls = true,
            Size = true,
            SizeLimit = 1000,
            AuthMechanisms = ["PLAIN", "LOGIN"],
            RecipientLimit = 5,
            MailLimit = 7,
        }, offered);
    }

    [Theory]
    [InlineData("SIZE")]
    [InlineData("SIZE 0")]
    [InlineData("SIZE -1")]
    [InlineData("SIZE many")]
    [InlineData("SIZE 99999999999999999999")]
    public void A_size_without_a_limit_is_unlimited(string line)
    {
        Assert.True(From(line).Size);
        Assert.Null(From(line).SizeLimit);
    }

    [Theory]
    [InlineData("LIMITS RCPTMAX=0")]
    [InlineData("LIMITS RCPTMAX=-5")]
    [InlineData("LIMITS RCPTMAX")]
    [InlineData("LIMITS =5")]
    public void An_invalid_limit_is_ignored(string line) => Assert.Null(From(line).RecipientLimit);

    [Fact]
    public void The_greeting_line_is_not_an_extension() =>
        Assert.False(SmtpExtensions.From(new SmtpReply(250, null, "PIPELINING")).Pipelining);

    private static SmtpExtensions From(params string[] lines) =>
        SmtpExtensions.From(new SmtpReply(250, null, string.Join('\n', lines.Prepend("mx.example.net"))));
}
