using System.Buffers;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime.Structure;

namespace InboundBridge.MailFlow.Delivery.SevenBit;

/// <summary>
/// Writes a mail for a server that does not take it as it is: parts with octets that the server does not take are encoded, their
/// Content-Transfer-Encoding and the fields that need it are written anew, and everything else stays as it is. Only what our reader of mail
/// has understood is changed; where it met a limit, nothing is.
/// </summary>
internal sealed class SevenBitWriter(
    MailContent mail, SevenBitTarget target, SevenBitAllowance allowance, byte[] piece, IBufferWriter<byte> output, int depth = 0)
{
    private readonly SevenBitGaps _gaps = new(mail, target, piece, output);
    private readonly SevenBitHeader _headers = new(mail, target, allowance, piece, output);

    /// <exception cref="SevenBitException">The mail can't be converted.</exception>
    /// <exception cref="IOException">The mail can't be read.</exception>
    public void Write()
    {
        if (depth > allowance.Options.Depth)
            throw new SevenBitException($"more than {allowance.Options.Depth} mails are inside one another");
        var read = ParsedMail.Open(mail, allowance.Options.Mime);
        var root = read.Structure;
        if (read.CutBy is { } limit)
            throw new SevenBitException(limit);
        _gaps.Write(WritePart(root, 0), mail.Length);
    }

    /// <returns>Up to where the mail is written.</returns>
    private long WritePart(MimePart part, long position)
    {
        _gaps.Write(position, part.Offset);
        var isSigned = part.ContentType.Is("multipart", "signed");
        if (part.IsMultipart && part.Parts.Count > 0 && IsIdentity(part) && !isSigned)
            return WriteMultipart(part);
        var body = OctetTraits.Of(mail, part.BodyOffset, part.BodyEnd, piece);
        if (!target.MustEncode(body, part.TransferEncoding))
        {
            // RFC 1847 §2.1: the octets of a signed multipart are never changed, and neither are the labels inside.
            _headers.Write(part, target.Label(part.TransferEncoding));
            _gaps.Copy(part.BodyOffset, part.BodyEnd);
        }
        else if (isSigned)
        {
            throw new SevenBitException("a part is signed (multipart/signed)");
        }
        else if (part.ContentType is { Type: "message", Subtype: "rfc822" or "news" })
        {
            // RFC 2046 §5.2.1: only the parts inside may be encoded. (RFC 6532 §3.7 allows it for message/global.)
            _headers.Write(part, target.Widest);
            var inner = new MailSection(mail, part.BodyOffset, part.BodyEnd);
            new SevenBitWriter(inner, target, allowance, piece, output, depth + 1).Write();
        }
        else
        {
            WriteLeaf(part, body);
        }
        return part.BodyEnd;
    }

    private long WriteMultipart(MimePart part)
    {
        _headers.Write(part, target.Label(part.TransferEncoding));
        var position = part.BodyOffset;
        foreach (var inner in part.Parts)
            position = WritePart(inner, position);
        var end = Math.Max(position, part.BodyEnd);
        _gaps.Write(position, end);
        return end;
    }

    private void WriteLeaf(MimePart part, in OctetTraits body)
    {
        if (part.IsMultipart)
            throw new SevenBitException("a multipart has no readable parts");
        if (!IsIdentity(part))
            throw new SevenBitException("a part that is encoded has octets that its encoding does not allow");
        // RFC 2046 §5.2.2, §5.2.3.
        if (part.ContentType is { Type: "message", Subtype: "partial" or "external-body" })
            throw new SevenBitException($"a part of type {part.ContentType.MediaType} may not be encoded");
        var encoding = SevenBitBody.Choose(body, part.ContentType.Type is "text" or "message");
        _headers.Write(part, encoding);
        SevenBitBody.Write(mail, part.BodyOffset, part.BodyEnd, encoding, piece, output);
    }

    private static bool IsIdentity(MimePart part) => part.TransferEncoding is "7bit" or "8bit" or "binary";
}
