namespace InboundBridge.Mime.Structure;

/// <summary>The mail inside a message/rfc822 part.</summary>
internal static class EmbeddedMessage
{
    public static MimeMessage? Open(MimePart part, MimeLimits limits)
    {
        if (part.ContentType.Type != "message" || part.ContentType.Subtype is not ("rfc822" or "global") || limits.Depth <= 1)
            return null;
        var inner = limits with { Depth = limits.Depth - 1 };
        if (part.TransferEncoding is not ("base64" or "quoted-printable"))
            return MimeMessage.Open(new SliceSource(part.Source, part.BodyOffset, part.BodyEnd - part.BodyOffset), inner);
        // RFC 2046 §5.2.1 forbids an encoding here.
        return MimeMessage.Open(new DecodedSource(part.Source, part.BodyOffset, part.BodyEnd, part.TransferEncoding), inner);
    }
}
