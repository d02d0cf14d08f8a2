using System.Text;
using InboundBridge.Smtp.Client;

namespace InboundBridge.UnitTests.Smtp.Client;

public class DotStuffingTests
{
    /// <summary>A message sent by DATA and decoded by RFC 5321 §4.5.2 equals the stored one, in whatever pieces it is read.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Any_message_in_any_pieces_arrives_unchanged(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 400; round++)
        {
            var mail = Mail(random, random.Next(round % 50 == 0 ? 200_000 : 300));
            var wire = await WriteAsync(new PiecewiseContent(mail, random));
            var expected = mail.Length == 0 || mail.AsSpan().EndsWith("\r\n"u8) ? mail : [.. mail, .. "\r\n"u8];
            Assert.True(expected.AsSpan().SequenceEqual(Unstuff(wire)), Encoding.ASCII.GetString(mail));
        }
    }

    [Fact]
    public async Task A_message_of_only_dots_fits_the_buffer()
    {
        var mail = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(".\r\n", 100_000)));
        var wire = await WriteAsync(SmtpContent.FromMemory(mail));
        Assert.True(mail.AsSpan().SequenceEqual(Unstuff(wire)));
    }

    [Fact]
    public async Task The_end_of_the_data_appears_only_at_the_end()
    {
        var mail = "\r\n.\r\n..\r\n.\r\n\r\n.\r\nMAIL FROM:<x@y>\r\n"u8.ToArray();
        var wire = await WriteAsync(SmtpContent.FromMemory(mail));
        Assert.Equal(wire.Length - 5, wire.AsSpan().IndexOf("\r\n.\r\n"u8));
    }

    [Fact]
    public async Task The_end_is_not_sent_for_a_message_that_cannot_be_read()
    {
        using var captured = new MemoryStream();
        using var wire = new SmtpWire(captured, new SmtpReplyLimits(), new FakeTimeProvider(FakeTime.Start));
        var writer = new SmtpContentWriter(wire, new TornContent(), TimeSpan.FromMinutes(1));
        var fault = await Assert.ThrowsAsync<SmtpClientException>(() => writer.WriteDataAsync(CancellationToken.None).AsTask());
        Assert.Equal(SmtpFault.Content, fault.Fault);
        Assert.Equal(-1, captured.ToArray().AsSpan().IndexOf("\r\n.\r\n"u8));
    }

    private static async Task<byte[]> WriteAsync(SmtpContent content)
    {
        using var captured = new MemoryStream();
        using var wire = new SmtpWire(captured, new SmtpReplyLimits(), new FakeTimeProvider(FakeTime.Start));
        await new SmtpContentWriter(wire, content, TimeSpan.FromMinutes(1)).WriteDataAsync(CancellationToken.None);
        return captured.ToArray();
    }

    private static byte[] Mail(Random random, int length)
    {
        var mail = new List<byte>(length + 2);
        while (mail.Count < length)
        {
            switch (random.Next(6))
            {
                case 0 or 1: mail.AddRange("\r\n"u8); break;
                case 2 or 3: mail.Add((byte)'.'); break;
                default: mail.Add((byte)random.Next(32, 256)); break;
            }
        }
        return [.. mail];
    }

    /// <summary>An independent decoder, line by line, which shares no code with the writer.</summary>
    private static byte[] Unstuff(byte[] wire)
    {
        var mail = new List<byte>(wire.Length);
        for (var start = 0; ;)
        {
            var end = start + wire.AsSpan(start).IndexOf("\r\n"u8) + 2;
            Assert.True(end > start + 1);
            var line = wire[start..end];
            if (line.AsSpan().SequenceEqual(".\r\n"u8))
            {
                Assert.Equal(wire.Length, end);
                return [.. mail];
            }
            mail.AddRange(line[0] == (byte)'.' ? line[1..] : line);
            start = end;
        }
    }

    private sealed class PiecewiseContent(byte[] octets, Random random) : SmtpContent
    {
        public override long Length => octets.Length;

        public override async ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            // As a remote store would, every other time.
            if (random.Next(2) == 0)
                await Task.Yield();
            var rest = octets.AsMemory((int)offset);
            var count = Math.Min(Math.Min(rest.Length, destination.Length), random.Next(4) == 0 ? random.Next(1, 5) : int.MaxValue);
            rest[..count].CopyTo(destination);
            return count;
        }
    }

    private sealed class TornContent : SmtpContent
    {
        public override long Length => 300_000;

        public override ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            if (offset > 200_000)
                throw new IOException("disk error");
            destination.Span.Fill((byte)'x');
            return new(destination.Length);
        }
    }
}
