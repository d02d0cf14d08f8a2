using System.Buffers;
using InboundBridge.Mime;
using InboundBridge.Mime.Structure;

namespace InboundBridge.MailFlow.SecureMail;

/// <summary>
/// Whether a mail has the shape that a signature speaks for. Readers show the text of every part, so a signature over the first part says
/// nothing about a mail that has room for other text.
/// </summary>
internal static class SignedShape
{
    private const string ArmorStart = "-----BEGIN PGP SIGNATURE-----";
    private const string ArmorEnd = "-----END PGP SIGNATURE-----";

    private static readonly SearchValues<char> Base64 =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    private static readonly string[] OnceAtMost = ["Content-Type", "MIME-Version", "Content-Transfer-Encoding"];

    /// <summary>Why nothing can be said about the mail, whatever its signatures are; null where nothing speaks against it.</summary>
    /// <param name="layer">How its root is protected.</param>
    public static string? Doubt(MimeMessage mail, SecureLayer layer)
    {
        if (mail.CutBy is { } cut)
            return $"it can't be read whole: {cut}";
        foreach (var name in OnceAtMost)
        {
            // Another reader may believe the other field, and show something else.
            if (mail.CountOf(name) > 1)
                return $"it has more than one {name} field";
        }
        var root = mail.Structure;
        // RFC 2045 §6.4. The offsets of parts in an encoded multipart are not those of the mail's octets.
        if (layer != SecureLayer.Cms && !IsIdentity(root))
            return "its multipart has a transfer encoding";
        return layer == SecureLayer.OpenPgpEncrypted && root.Parts.Count != 2 ? "an encrypted mail has two parts, this one has not" : null;
    }

    /// <summary>Why the parts of multipart/signed are not a content and its signature (RFC 1847 §2.1); null when they are.</summary>
    public static string? PartsProblem(MimePart root)
    {
        if (root.Parts.Count != 2)
            return "a signed mail has two parts, this one has not";
        if (!IsIdentity(root))
            return "its multipart has a transfer encoding";
        var signature = root.Parts[1];
        var type = signature.ContentType;
        if (signature.Parts.Count > 0 || type.IsMultipart || !Plain($"{type.Type}/{type.Subtype}").Equals(
            Plain(root.ContentType.Parameter("protocol") ?? string.Empty), StringComparison.OrdinalIgnoreCase))
            return "its second part is no signature of the protocol that it names";
        return signature.Headers.Count(field => field.Name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)) == 1
            ? null : "its second part has more than one Content-Type field";
    }

    /// <summary>The octets of the first part, from its header to the line end that belongs to the delimiter (RFC 2046 §5.1.1).</summary>
    /// <param name="root">multipart/signed without <see cref="PartsProblem"/>.</param>
    /// <param name="entity">The octets that it was parsed from.</param>
    public static ReadOnlyMemory<byte> Signed(MimePart root, ReadOnlyMemory<byte> entity)
    {
        var start = (int)root.Parts[0].Offset;
        var octets = entity.Span[start..(int)root.Parts[1].Offset];
        // The first line end from behind ends the delimiter, the second one stands before it.
        var end = octets[..Math.Max(octets.LastIndexOf((byte)'\n'), 0)].LastIndexOf((byte)'\n');
        if (end > 0 && octets[end - 1] == '\r')
            end--;
        return entity.Slice(start, Math.Max(end, 0));
    }

    /// <summary>
    /// Whether the text is one armored signature (RFC 9580 §6.2) and nothing else but white space around it: other text could be shown.
    /// </summary>
    public static bool IsArmorAlone(ReadOnlySpan<byte> octets)
    {
        Span<char> text = new char[octets.Length];
        for (var at = 0; at < octets.Length; at++)
            text[at] = (char)octets[at];
        var isBody = false;
        var isFirst = true;
        ReadOnlySpan<char> armor = text.Trim(" \t\r\n");
        if (!armor.EndsWith(ArmorEnd, StringComparison.Ordinal))
            return false;
        foreach (var each in armor[..^ArmorEnd.Length].EnumerateLines())
        {
            var line = each.TrimEnd(" \t");
            if (isFirst && !line.Equals(ArmorStart, StringComparison.Ordinal))
                return false;
            if (!isFirst && !isBody && !line.IsEmpty && !line.Contains(": ", StringComparison.Ordinal) && !line.EndsWith(":"))
                return false;
            if (isBody && line.ContainsAnyExcept(Base64))
                return false;
            isBody |= !isFirst && line.IsEmpty;
            isFirst = false;
        }
        return isBody;
    }

    private static bool IsIdentity(MimePart part) => part.TransferEncoding is "7bit" or "8bit" or "binary";

    /// <summary>Programs mix the two names of the S/MIME type: with and without the x.</summary>
    private static string Plain(string type) => type.Replace("/x-pkcs7", "/pkcs7", StringComparison.OrdinalIgnoreCase);
}
