using System.Text;
using InboundBridge.Mime;
using InboundBridge.Mime.Tnef;

namespace InboundBridge.UnitTests.Mime.Tnef;

/// <summary>The worked examples of [MS-OXRTFCP] §4, and what is left of them when they are damaged.</summary>
public class CompressedRtfTests
{
    private const string Simple = "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0";

    private const string Crossing = "1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0";

    [Theory]
    [InlineData(Simple, "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n")]
    [InlineData(Crossing, "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}")]
    public void The_examples_of_the_specification(string compressed, string text) =>
        Assert.Equal(text, Encoding.ASCII.GetString(Decompress(Convert.FromHexString(compressed))!));

    [Theory]
    [InlineData(Simple)]
    [InlineData(Crossing)]
    public void Cut_anywhere_it_gives_a_beginning_or_nothing(string compressed)
    {
        var whole = Encoding.ASCII.GetString(Decompress(Convert.FromHexString(compressed))!);
        for (var length = 0; length < compressed.Length / 2; length++)
        {
            if (Decompress(Convert.FromHexString(compressed)[..length]) is { } part)
                Assert.StartsWith(Encoding.ASCII.GetString(part).TrimEnd('\0'), whole, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_forged_size_costs_no_memory()
    {
        var octets = Convert.FromHexString(Simple);
        octets.AsSpan(4, 4).Fill(0x7f);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(Decompress(octets));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    private static byte[]? Decompress(byte[] octets)
    {
        using var rtf = CompressedRtf.Open(new MemoryStream(octets), new ProblemList());
        if (rtf is null)
            return null;
        using var whole = new MemoryStream();
        rtf.CopyTo(whole);
        return whole.ToArray();
    }
}
