using InboundBridge.Mime;

namespace InboundBridge.Operations.Reading;

/// <summary>
/// Reads the pictures that an HTML body refers to by Content-ID, as data URLs. Only formats that browsers decode as pictures.
/// </summary>
internal static class InlinePictures
{
    /// <summary>Octets of one picture: a logo or a screenshot.</summary>
    private const long Largest = 512 * 1024;

    /// <summary>Octets of all of them together.</summary>
    private const long MostTogether = 2 * 1024 * 1024;

    private static readonly string[] Types = ["image/png", "image/jpeg", "image/gif", "image/webp"];

    public static IReadOnlyDictionary<string, string> Of(MimeMessage mail)
    {
        var pictures = new Dictionary<string, string>(StringComparer.Ordinal);
        var left = MostTogether;
        foreach (var attachment in mail.Attachments)
        {
            if (attachment.ContentId is not { } id || !Types.Contains(attachment.ContentType, StringComparer.Ordinal)
                || attachment.Size > Math.Min(Largest, left) || pictures.ContainsKey(id))
                continue;
            left -= attachment.Size;
            using var content = attachment.OpenContent();
            using var octets = new MemoryStream();
            content.CopyTo(octets);
            pictures[id] = $"data:{attachment.ContentType};base64,{Convert.ToBase64String(octets.GetBuffer(), 0, (int)octets.Length)}";
        }
        return pictures;
    }
}
