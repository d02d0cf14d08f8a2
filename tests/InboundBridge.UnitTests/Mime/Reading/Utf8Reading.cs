using System.Text;
using InboundBridge.Mime;

namespace InboundBridge.UnitTests.Mime.Reading;

/// <summary>The two ways to a mail's text beside each other.</summary>
internal static class Utf8Reading
{
    /// <returns>Null where the text is to be had as a string only.</returns>
    public static bool? IsTheSame(byte[] mail, MimeLimits limits)
    {
        using var octets = MimeMessage.Open(MimeSource.FromMemory(mail), limits).OpenText();
        var characters = MimeMessage.Open(MimeSource.FromMemory(mail), limits);
        return octets is null ? null : Encoding.UTF8.GetString(octets.Octets) == characters.Text && Encoding.UTF8.GetString(octets.ReadReply()) == characters.ReplyText;
    }
}
