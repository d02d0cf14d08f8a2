using System.Text;
using FsCheck;
using FsCheck.Fluent;
using InboundBridge.Mime.Encodings;

namespace InboundBridge.UnitTests.Mime.Encodings;

public class RoundTripTests
{
    /// <summary>The same inputs in every run.</summary>
    private static readonly Config Seeded = Config.QuickThrowOnFailure.WithReplay(1, 1).WithMaxTest(1000);

    [Fact]
    public void Base64_survives_any_split() =>
        Prop.ForAll<byte[], PositiveInt>((octets, piece) =>
            DecoderRun.All(
                new Base64Decoder(), Encoding.ASCII.GetBytes(Convert.ToBase64String(octets, Base64FormattingOptions.InsertLineBreaks)),
                piece.Get).SequenceEqual(octets))
            .Check(Seeded);

    [Fact]
    public void Quoted_printable_survives_any_split() =>
        Prop.ForAll<byte[],
            PositiveInt>((octets, piece) => DecoderRun.All(new QuotedPrintableDecoder(), Quoted(octets), piece.Get).SequenceEqual(octets))
            .Check(Seeded);

    [Fact]
    public void Uuencode_survives_any_split() =>
        Prop.ForAll<byte[],
            PositiveInt>((octets, piece) => DecoderRun.All(new UuDecoder(), Uuencoded(octets), piece.Get).SequenceEqual(octets))
            .Check(Seeded);

    [Fact]
    public void Garbage_is_decoded_alike_however_it_is_split() =>
        Prop.ForAll(Garbage, Gen.Choose(1, 40).ToArbitrary(), (octets, piece) =>
            Same(() => new Base64Decoder(), octets, piece) && Same(() => new QuotedPrintableDecoder(), octets, piece)
                && Same(() => new UuDecoder(), octets, piece))
            .Check(Seeded);

    private static Arbitrary<byte[]> Garbage => Gen.ArrayOf(Gen.Elements(" \t\r\n=ABCabc0123!#`begin end"u8.ToArray())).ToArbitrary();

    private static bool Same(Func<TransferDecoder> decoder, byte[] octets, int piece) =>
        DecoderRun.All(decoder(), octets, int.MaxValue).SequenceEqual(DecoderRun.All(decoder(), octets, piece));

    private static byte[] Quoted(byte[] octets)
    {
        var text = new StringBuilder();
        var line = 0;
        foreach (var octet in octets)
        {
            text.Append(octet is > 32 and < 127 and not 61 ? ((char)octet).ToString() : $"={octet:X2}");
            if (++line % 24 == 0)
                text.Append("=\r\n");
        }
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static byte[] Uuencoded(byte[] octets)
    {
        var text = new StringBuilder("begin 644 x\n");
        foreach (var chunk in octets.Chunk(45))
        {
            text.Append((char)(32 + chunk.Length));
            for (var index = 0; index < chunk.Length; index += 3)
            {
                int At(int offset) => index + offset < chunk.Length ? chunk[index + offset] : 0;
                var word = (At(0) << 16) | (At(1) << 8) | At(2);
                for (var shift = 18; shift >= 0; shift -= 6)
                    text.Append(((word >> shift) & 63) is 0 ? '`' : (char)(32 + ((word >> shift) & 63)));
            }
            text.Append('\n');
        }
        return Encoding.ASCII.GetBytes(text.Append("`\nend\n").ToString());
    }
}
