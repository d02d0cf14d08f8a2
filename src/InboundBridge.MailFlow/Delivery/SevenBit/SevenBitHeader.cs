using System.Buffers;
using System.Text;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime.Structure;

namespace InboundBridge.MailFlow.Delivery.SevenBit;

/// <summary>Writes the header of a part with the encoding that its body has now.</summary>
internal sealed class SevenBitHeader(
    MailContent mail, SevenBitTarget target, SevenBitAllowance allowance, byte[] piece, IBufferWriter<byte> output)
{
    private const string EncodingName = "Content-Transfer-Encoding";

    private readonly SevenBitGaps _gaps = new(mail, target, piece, output);

    /// <param name="encoding">The new Content-Transfer-Encoding; null to keep what the part says.</param>
    public void Write(MimePart part, string? encoding)
    {
        var position = part.Offset;
        var isWritten = encoding is null;
        foreach (var field in part.Headers)
        {
            _gaps.Write(position, field.Offset);
            position = field.Offset + field.Length;
            if (encoding is null || !field.Name.Equals(EncodingName, StringComparison.OrdinalIgnoreCase))
            {
                WriteField(field.Offset, position);
            }
            else if (!isWritten)
            {
                WriteEncoding(encoding);
                isWritten = true;
            }
        }
        if (!isWritten)
        {
            // RFC 2045 §4: without this field, readers need not know of encodings.
            if (part.Parent is null && part.HeaderValue("MIME-Version") is null)
                output.Write("MIME-Version: 1.0\r\n"u8);
            WriteEncoding(encoding!);
        }
        // A broken line can end a header without an empty line. The field that was added needs one.
        if (encoding is not null && position == part.BodyOffset)
            output.Write("\r\n"u8);
        _gaps.Write(position, part.BodyOffset);
    }

    private void WriteEncoding(string encoding) => output.Write(Encoding.ASCII.GetBytes($"{EncodingName}: {encoding}\r\n"));

    private void WriteField(long from, long to)
    {
        var traits = OctetTraits.Of(mail, from, to, piece);
        if (traits.EightBit == 0 || target.Utf8Headers)
        {
            _gaps.Write(from, to);
            return;
        }
        if (traits.IsBinary)
            throw new SevenBitException("a header field holds an octet 0, or a line that does not end with CRLF");
        allowance.TakeField(traits.Length);
        var field = new byte[traits.Length];
        for (var at = 0; at < field.Length;)
        {
            var octets = MailSection.ReadPiece(mail, from + at, to, piece);
            octets.CopyTo(field.AsSpan(at));
            at += octets.Length;
        }
        SevenBitField.Write(field, output);
    }
}
