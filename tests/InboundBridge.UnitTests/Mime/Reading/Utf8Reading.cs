using System.Text;
using InboundBridge.Mime;
using InboundBridge.Mime.Bodies;

namespace InboundBridge.UnitTests.Mime.Reading;

/// <summary>Compares the two ways to a mail's text.</summary>
internal static class Utf8Reading
{
    /// <returns>Null where the text is available as a string only.</returns>
    public static bool? IsTheSame(byte[] mail, MimeLimits limits)
    {
        using var octets = MimeMessage.Open(MimeSource.FromMemory(mail), limits).OpenText();
        var characters = MimeMessage.Open(MimeSource.FromMemory(mail), limits);
        return octets is null ? null : Text(octets.Octets) == characters.Text && Text(octets.ReadReply()) == characters.ReplyText;
    }

    private static string Text(ReadOnlySpan<byte> octets) => LineEnds.Normalize(Encoding.UTF8.GetString(octets));
}
