using System.Text;
using InboundBridge.Smtp.Client;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.UnitTests.Smtp.Client;

public class SmtpReplyReaderTests
{
    [Theory]
    [InlineData("250 2.1.0 ok\r\n", 250, "2.1.0", "ok")]
    [InlineData("250 ok\n", 250, null, "ok")]
    [InlineData("250\r\n", 250, null, "")]
    [InlineData("250 \r\n", 250, null, "")]
    [InlineData("250 2.0.0\r\n", 250, "2.0.0", "")]
    [InlineData("250-a\r\n250-b\r\n250 c\r\n", 250, null, "a\nb\nc")]
    [InlineData("250-\r\n250 c\r\n", 250, null, "\nc")]
    [InlineData("250-a\r\n250\r\n", 250, null, "a\n")]
    [InlineData("550-5.1.1 no\r\n550 5.1.1 such user\r\n", 550, "5.1.1", "no\nsuch user")]
    [InlineData("550 4.1.1 the classes disagree\r\n", 550, null, "4.1.1 the classes disagree")]
    [InlineData("550 5.1 no code\r\n", 550, null, "5.1 no code")]
    [InlineData("250 \u001b[31mred\u0007\r\n", 250, null, "?[31mred?")]
    [InlineData("550 Gr\u00fc\u00dfe\r\n", 550, null, "Gr\u00fc\u00dfe")]
    public async Task Replies_are_read_from_pieces_of_any_size(string text, int code, string? enhanced, string expected)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        for (var piece = 1; piece <= octets.Length; piece++)
        {
            var reply = await new SmtpReplyReader(new SmtpReplyLimits()).ReadAsync(new Trickle(octets, piece), default);
            Assert.Equal(code, reply.Code);
            Assert.Equal(enhanced, reply.Enhanced?.ToString());
            Assert.Equal(expected, reply.Text);
        }
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("25\r\n")]
    [InlineData("abc ok\r\n")]
    [InlineData("2500 ok\r\n")]
    [InlineData("250\tok\r\n")]
    [InlineData("100 go on\r\n")]
    [InlineData("600 what\r\n")]
    [InlineData("+OK POP3 ready\r\n")]
    [InlineData("250-a\r\nb\r\n")]
    [InlineData("250-a\r\n550 b\r\n")]
    public async Task Malformed_replies_are_violations(string text)
    {
        var fault = await Assert.ThrowsAsync<SmtpClientException>(() => ReadAsync(text));
        Assert.Equal(SmtpFault.Violation, fault.Fault);
        Assert.True(fault.Reply.IsTransientFailure);
    }

    [Theory]
    [InlineData("")]
    [InlineData("250")]
    [InlineData("250-a\r\n")]
    public async Task An_end_inside_a_reply_is_a_lost_connection(string text) =>
        Assert.Equal(SmtpFault.Lost, (await Assert.ThrowsAsync<SmtpClientException>(() => ReadAsync(text))).Fault);

    [Fact]
    public async Task A_line_at_the_limit_is_read_and_a_longer_one_is_not()
    {
        var limits = new SmtpReplyLimits();
        Assert.Equal(250, (await ReadAsync("250 " + new string('x', limits.Line - 6) + "\r\n")).Code);
        Assert.Equal(SmtpFault.Violation, (
            await Assert.ThrowsAsync<SmtpClientException>(() => ReadAsync("250 " + new string('x', limits.Line) + "\r\n"))).Fault);
    }

    [Fact]
    public async Task The_limit_on_octets_ends_a_reply_before_the_limit_on_lines()
    {
        var line = "250-" + new string('x', 4000) + "\r\n";
        Assert.Equal(SmtpFault.Violation, (await Assert.ThrowsAsync<SmtpClientException>(
            () => ReadAsync(string.Concat(Enumerable.Repeat(line, 20)) + "250 ok\r\n"))).Fault);
    }

    [Fact]
    public async Task Pipelined_replies_are_read_one_by_one()
    {
        var reader = new SmtpReplyReader(new SmtpReplyLimits());
        using var stream = new MemoryStream("250-a\r\n250 b\r\n354 go\r\n"u8.ToArray());
        Assert.Equal(250, (await reader.ReadAsync(stream, default)).Code);
        Assert.True(reader.HasMore);
        Assert.Equal(354, (await reader.ReadAsync(stream, default)).Code);
        Assert.False(reader.HasMore);
    }

    [Fact]
    public async Task Random_octets_give_a_reply_or_a_client_exception()
    {
        var random = new Random(7);
        var alphabet = "2345 0-.\r\n\nx\u00ff"u8.ToArray();
        for (var round = 0; round < 5000; round++)
        {
            var octets = new byte[random.Next(40)];
            for (var index = 0; index < octets.Length; index++)
                octets[index] = alphabet[random.Next(alphabet.Length)];
            try
            {
                var reply = await new SmtpReplyReader(new SmtpReplyLimits()).ReadAsync(new MemoryStream(octets), default);
                Assert.InRange(reply.Code, 200, 599);
                Assert.DoesNotContain('\r', reply.Text);
            }
            catch (SmtpClientException fault)
            {
                Assert.True(fault.Reply.IsTransientFailure);
            }
        }
    }

    private static async Task<SmtpReply> ReadAsync(string text) =>
        await new SmtpReplyReader(new SmtpReplyLimits()).ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), default);

    private sealed class Trickle(byte[] octets, int piece) : MemoryStream(octets)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
