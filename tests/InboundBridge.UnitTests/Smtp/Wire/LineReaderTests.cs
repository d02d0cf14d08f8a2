using System.Buffers;
using System.Text;
using InboundBridge.Smtp.Wire;

namespace InboundBridge.UnitTests.Smtp.Wire;

public class LineReaderTests
{
    [Fact]
    public void Lines_are_taken_one_by_one()
    {
        var reader = new LineReader(100);
        var buffer = new ReadOnlySequence<byte>("NOOP\r\nQUIT\r\nhalf"u8.ToArray());
        Assert.Equal(WireLineStatus.Line, reader.Take(ref buffer));
        Assert.Equal("NOOP", Encoding.ASCII.GetString(reader.Line));
        Assert.Equal(WireLineStatus.Line, reader.Take(ref buffer));
        Assert.Equal("QUIT", Encoding.ASCII.GetString(reader.Line));
        Assert.Equal(WireLineStatus.Incomplete, reader.Take(ref buffer));
        Assert.Equal(4, buffer.Length);
    }

    [Theory]
    [InlineData("NOOP\n")]
    [InlineData("\n")]
    public void A_bare_line_feed_ends_a_line_that_is_refused(string octets)
    {
        var buffer = new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(octets));
        Assert.Equal(WireLineStatus.BareNewline, new LineReader(100).Take(ref buffer));
        Assert.True(buffer.IsEmpty);
    }

    [Fact]
    public void The_limit_counts_the_line_end()
    {
        var fits = new ReadOnlySequence<byte>("12345678\r\n"u8.ToArray());
        Assert.Equal(WireLineStatus.Line, new LineReader(10).Take(ref fits));
        var over = new ReadOnlySequence<byte>("123456789\r\n"u8.ToArray());
        Assert.Equal(WireLineStatus.TooLong, new LineReader(10).Take(ref over));
    }

    [Fact]
    public void An_endless_line_is_discarded_and_then_ends_the_connection()
    {
        var reader = new LineReader(10);
        for (var i = 0; i < 32; i++)
        {
            var buffer = new ReadOnlySequence<byte>("xxxxxxxxxx"u8.ToArray());
            Assert.Equal(WireLineStatus.Incomplete, reader.Take(ref buffer));
            Assert.True(buffer.IsEmpty);
        }
        var last = new ReadOnlySequence<byte>("xxxxxxxxxx"u8.ToArray());
        Assert.Equal(WireLineStatus.Flood, reader.Take(ref last));
    }

    [Fact]
    public void A_line_that_was_too_long_in_pieces_is_refused_once()
    {
        var reader = new LineReader(10);
        var first = new ReadOnlySequence<byte>("xxxxxxxxxxxx"u8.ToArray());
        Assert.Equal(WireLineStatus.Incomplete, reader.Take(ref first));
        var second = new ReadOnlySequence<byte>("x\r\nNOOP\r\n"u8.ToArray());
        Assert.Equal(WireLineStatus.TooLong, reader.Take(ref second));
        Assert.Equal(WireLineStatus.Line, reader.Take(ref second));
    }
}
