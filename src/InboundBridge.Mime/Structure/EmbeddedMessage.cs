namespace InboundBridge.Mime.Structure;

/// <summary>The mail inside a message/rfc822 part.</summary>
internal static class EmbeddedMessage
{
    /// <summary>Octets of an embedded mail that has a transfer encoding (RFC 2046 §5.2.1 forbids it) and so must be decoded into memory.</summary>
    private const int LargestDecoded = 16 * 1024 * 1024;

    public static MimeMessage? Open(MimePart part, MimeLimits limits)
    {
        if (part.ContentType.Type != "message" || part.ContentType.Subtype is not ("rfc822" or "global") || limits.Depth <= 1)
            return null;
        var inner = limits with { Depth = limits.Depth - 1 };
        if (part.TransferEncoding is not ("base64" or "quoted-printable"))
            return MimeMessage.Open(new SliceSource(part.Source, part.BodyOffset, part.BodyEnd - part.BodyOffset), inner);
        using var content = part.OpenContent();
        return MimeMessage.Open(MimeSource.FromMemory(Reading.BoundedRead.All(content, LargestDecoded, out _)), inner);
    }
}
