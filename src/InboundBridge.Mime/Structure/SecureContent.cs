namespace InboundBridge.Mime.Structure;

/// <summary>Recognises S/MIME (RFC 8551 §3.2) and OpenPGP (RFC 3156) content; nothing is verified or decrypted here.</summary>
internal static class SecureContent
{
    public static bool IsEncrypted(MimePart root) =>
        root.ContentType.Is("multipart", "encrypted") || (IsPkcs7Mime(root) && !IsSignedData(root));

    public static bool IsSigned(MimePart root) =>
        root.ContentType.Is("multipart", "signed") || (IsPkcs7Mime(root) && IsSignedData(root)) || root.Parts.Any(IsSigned);

    private static bool IsPkcs7Mime(MimePart part) => part.ContentType.Type == "application" && part.ContentType.Subtype is "pkcs7-mime" or "x-pkcs7-mime";

    private static bool IsSignedData(MimePart part) =>
        part.ContentType.Parameter("smime-type") is { } kind ? kind.Equals("signed-data", StringComparison.OrdinalIgnoreCase)
            : part.DeclaredFileName?.EndsWith(".p7s", StringComparison.OrdinalIgnoreCase) == true;
}
