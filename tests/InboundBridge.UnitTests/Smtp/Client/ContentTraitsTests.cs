using System.Text;
using InboundBridge.Smtp.Client;

namespace InboundBridge.UnitTests.Smtp.Client;

public class ContentTraitsTests
{
    [Theory]
    [InlineData("", false, false, false, false)]
    [InlineData("a: b\\r\\n\\r\\nx\\r\\n", false, false, false, false)]
    [InlineData("a: b\\r\\n\\r\\nx\\xFF\\r\\n", true, false, false, false)]
    [InlineData("a: \\xFF\\r\\n\\r\\nx\\r\\n", true, true, false, false)]
    [InlineData("a: b\\r\\n\\xFF: c\\r\\n\\r\\nx\\r\\n", true, true, false, false)]
    [InlineData("\\r\\n\\xFF", true, false, false, false)]
    [InlineData("a\\n", false, false, true, false)]
    [InlineData("a\\r", false, false, true, false)]
    [InlineData("a\\r\\r\\n", false, false, true, false)]
    [InlineData("a\\n\\r\\n", false, false, true, false)]
    [InlineData("\\r\\n\\n", false, false, true, false)]
    [InlineData("a\\rb\\r\\n", false, false, true, false)]
    [InlineData("a\\0b\\r\\n", false, false, false, true)]
    public async Task Traits_of_a_message_do_not_depend_on_the_pieces_it_is_read_in(
        string text, bool eightBit, bool eightBitHeader, bool bareNewline, bool nul)
    {
        var expected = new ContentTraits(eightBit, eightBitHeader, bareNewline, nul);
        var octets = ClientDialogue.Octets(text);
        for (var piece = 1; piece <= octets.Length + 1; piece++)
            Assert.Equal(expected, await ContentTraits.OfAsync(new Pieces(octets, piece), CancellationToken.None));
    }

    [Fact]
    public async Task A_bare_newline_is_found_anywhere_in_a_large_message()
    {
        var mail = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("0123456789\r\n", 20_000)));
        Assert.False((await ContentTraits.OfAsync(SmtpContent.FromMemory(mail), CancellationToken.None)).BareNewline);
        for (var at = 0; at < mail.Length; at += 977)
        {
            var kept = mail[at];
            mail[at] = (byte)(kept == (byte)'\n' ? ' ' : '\n');
            Assert.True((await ContentTraits.OfAsync(SmtpContent.FromMemory(mail), CancellationToken.None)).BareNewline);
            mail[at] = kept;
        }
    }

    [Fact]
    public Task A_message_that_ends_too_soon_is_an_error() => Assert.ThrowsAsync<EndOfStreamException>(
        () => ContentTraits.OfAsync(new Pieces("abc"u8.ToArray(), 3) { Claimed = 10 }, CancellationToken.None).AsTask());

    private sealed class Pieces(byte[] octets, int piece) : SmtpContent
    {
        public int? Claimed { get; init; }

        public override long Length => Claimed ?? octets.Length;

        public override ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            var rest = octets.AsMemory((int)offset);
            var count = Math.Min(Math.Min(rest.Length, destination.Length), piece);
            rest[..count].CopyTo(destination);
            return new(count);
        }
    }
}
