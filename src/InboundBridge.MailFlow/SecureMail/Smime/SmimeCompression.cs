using System.Formats.Asn1;
using System.IO.Compression;

namespace InboundBridge.MailFlow.SecureMail.Smime;

/// <summary>Unpacks compressed data (RFC 3274), up to a limit.</summary>
internal static class SmimeCompression
{
    /// <exception cref="SecureMailLimitException">It unpacks to more than allowed.</exception>
    public static ReadOnlyMemory<byte>? Open(ReadOnlyMemory<byte> cms, SignedScene scene)
    {
        var compressed = CmsOutline.Body(cms);
        compressed.ReadEncodedValue();
        compressed.ReadEncodedValue();
        var content = compressed.ReadSequence();
        content.ReadObjectIdentifier();
        var octets = content.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true)).ReadOctetString();
        using var unpacking = new ZLibStream(new MemoryStream(octets), CompressionMode.Decompress);
        return scene.Work.Read(unpacking, scene.Limits.Octets);
    }
}
