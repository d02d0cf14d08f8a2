using InboundBridge.Mime.Encodings;

namespace InboundBridge.Mime.Structure;

/// <summary>Recognises S/MIME (RFC 8551 §3.2) and OpenPGP (RFC 3156) content; nothing is verified or decrypted here.</summary>
internal static class SecureContent
{
    public static bool IsEncrypted(MimePart root) =>
        root.ContentType.Is("multipart", "encrypted") || (IsPkcs7Mime(root) && !IsSignedData(root))
            || Array.Exists(root.Leaves[..Math.Min(root.Leaves.Length, 2)], IsInlineEncrypted);

    public static bool IsSigned(MimePart root) =>
        root.ContentType.Is("multipart", "signed") || (IsPkcs7Mime(root) && IsSignedData(root))
        || root.Parts.Any(IsSigned) || BeginsWith(root, "-----BEGIN PGP SIGNED MESSAGE-----"u8);

    private static bool IsInlineEncrypted(MimePart part) => BeginsWith(part, "-----BEGIN PGP MESSAGE-----"u8);

    /// <summary>OpenPGP in the text itself, the form before PGP/MIME.</summary>
    private static bool BeginsWith(MimePart part, ReadOnlySpan<byte> mark)
    {
        if (!part.IsTextBody)
            return false;
        if (part.TryGetOctets(out var octets))
            return IsMarked(octets.Span[..Math.Min(octets.Length, TransferDecoder.SmallestOutput)], mark);
        Span<byte> start = stackalloc byte[TransferDecoder.SmallestOutput];
        using var content = part.OpenContent();
        return IsMarked(start[..content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)], mark);
    }

    private static bool IsMarked(ReadOnlySpan<byte> start, ReadOnlySpan<byte> mark) => start.TrimStart(" \t\r\n"u8).StartsWith(mark);

    private static bool IsPkcs7Mime(MimePart part) =>
        part.ContentType.Type == "application" && part.ContentType.Subtype is "pkcs7-mime" or "x-pkcs7-mime";

    private static bool IsSignedData(MimePart part) =>
        part.ContentType.Parameter("smime-type") is { } kind ? kind.Equals("signed-data", StringComparison.OrdinalIgnoreCase)
            : part.DeclaredFileName?.EndsWith(".p7s", StringComparison.OrdinalIgnoreCase) == true;
}
