using System.Buffers;
using InboundBridge.MailFlow.Spool.Contract;
using MimeKit.Encodings;

namespace InboundBridge.MailFlow.Delivery.SevenBit;

/// <summary>Encodes the body of a part (RFC 2045 §6.7, §6.8), piece by piece.</summary>
internal static class SevenBitBody
{
    /// <summary>Quoted-printable keeps text readable; base64 is shorter where more than a fifth is not ASCII.</summary>
    private const int ReadableShare = 5;

    /// <returns>The name of the encoding.</returns>
    public static string Choose(in OctetTraits body, bool isText) =>
        // Quoted-printable would make a CRLF of a bare line end.
        isText && !body.IsBinary && body.EightBit <= body.Length / ReadableShare ? "quoted-printable" : "base64";

    /// <param name="piece">Room to read into.</param>
    /// <exception cref="IOException">The mail can't be read.</exception>
    public static void Write(MailContent mail, long from, long to, string encoding, byte[] piece, IBufferWriter<byte> output)
    {
        IMimeEncoder encoder = encoding == "base64" ? new Base64Encoder() : new QuotedPrintableEncoder();
        var encoded = ArrayPool<byte>.Shared.Rent(encoder.EstimateOutputLength(piece.Length));
        try
        {
            for (var at = from; at < to;)
            {
                var count = MailSection.ReadPiece(mail, at, to, piece).Length;
                WriteLines(encoded.AsSpan(0, encoder.Encode(piece, 0, count, encoded)), output);
                at += count;
            }
            WriteLines(encoded.AsSpan(0, encoder.Flush(piece, 0, 0, encoded)), output);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(encoded);
        }
    }

    /// <summary>MimeKit ends the lines that it breaks by LF alone.</summary>
    private static void WriteLines(ReadOnlySpan<byte> encoded, IBufferWriter<byte> output)
    {
        while (encoded.IndexOf((byte)'\n') is >= 0 and var at)
        {
            output.Write(encoded[..at].TrimEnd((byte)'\r'));
            output.Write("\r\n"u8);
            encoded = encoded[(at + 1)..];
        }
        output.Write(encoded);
    }
}
