using InboundBridge.Mime;
using MimeKit;
using MimeMessage = InboundBridge.Mime.MimeMessage;

namespace InboundBridge.MailFlow.Delivery.SevenBit;

/// <summary>
/// What our own reader finds in the value of a field. What MimeKit wrote has to say the same to both, because hostile fields are written so
/// that readers differ. Takes time in proportion to the length.
/// </summary>
internal static class FieldReading
{
    /// <summary>Addresses with A-labels in order, each on its line, without names.</summary>
    public static string Addresses(ReadOnlySpan<byte> value) => string.Join(
        '\n', Mail("To", value).To.Select(mailbox => MailboxAddress.EncodeAddrspec(mailbox.Address)).Where(address => address.Length > 0));

    /// <summary>The text as a person sees it.</summary>
    public static string Text(ReadOnlySpan<byte> value) => Compact(Mail("Subject", value).Subject ?? "");

    /// <summary>Type and parameters of a Content-Type.</summary>
    public static string Type(ReadOnlySpan<byte> value)
    {
        var type = Mail("Content-Type", value).Structure.ContentType;
        var parameters = type.Parameters.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => $"{each.Key}={each.Value}");
        return $"{type.MediaType}\n{string.Join('\n', parameters)}";
    }

    /// <summary>Kind and file name of a Content-Disposition.</summary>
    public static string Disposition(ReadOnlySpan<byte> value)
    {
        var part = Mail("Content-Disposition", value).Structure;
        return $"{part.Disposition}\n{part.DeclaredFileName}";
    }

    /// <summary>With one blank for each stretch of white space: folding changes that.</summary>
    public static string Compact(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static MimeMessage Mail(string name, ReadOnlySpan<byte> value)
    {
        byte[] mail = [.. System.Text.Encoding.ASCII.GetBytes(name), (byte)':', .. value, .. "\r\n\r\n"u8];
        return MimeMessage.Open(MimeSource.FromMemory(mail));
    }
}
