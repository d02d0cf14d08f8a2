using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.SecureMail;

/// <summary>
/// A mail with its protection taken off, for readers of its text and attachments: the received header, with the inner entity's content
/// instead of the outer one. Other fields of the inner header are not taken over: nobody checked them when the mail came.
/// </summary>
internal static class OpenedMail
{
    /// <param name="content">All octets, the prelude included.</param>
    /// <param name="outer">Parsed from <paramref name="content"/>.</param>
    /// <returns>Null where nothing can be opened, or the mail is too large for it.</returns>
    /// <exception cref="IOException">The octets can't be read.</exception>
    public static byte[]? Of(MailContent content, MimeMessage outer, SecureMailKeys keys, DateTimeOffset receivedAt)
    {
        if (content.Length > keys.Limits.Octets)
            return null;
        var octets = Octets(content, 0);
        if (SecureMailReader.Read(octets, keys, receivedAt, verifies: false).Content is not { } inner)
            return null;
        var inside = MimeMessage.Open(MimeSource.FromMemory(inner));
        using var joined = new MemoryStream();
        foreach (var field in outer.Headers)
        {
            if (!DescribesContent(field.Name))
                joined.Write(octets, (int)field.Offset, field.Length);
        }
        joined.Write("MIME-Version: 1.0\r\n"u8);
        foreach (var field in inside.Headers)
        {
            if (field.Name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))
                joined.Write(inner.Span.Slice((int)field.Offset, field.Length));
        }
        joined.Write("\r\n"u8);
        joined.Write(inner.Span[(int)inside.BodyOffset..]);
        return joined.ToArray();
    }

    /// <summary>The octets from an offset on; the caller has checked that they are not too many.</summary>
    /// <exception cref="IOException">The octets can't be read.</exception>
    public static byte[] Octets(MailContent content, long from)
    {
        var octets = new byte[content.Length - from];
        var read = 0;
        while (read < octets.Length && content.Read(from + read, octets.AsSpan(read)) is > 0 and var count)
            read += count;
        return read == octets.Length ? octets : throw new EndOfStreamException("the mail is shorter than it should be");
    }

    private static bool DescribesContent(string name) =>
        name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) || name.Equals("MIME-Version", StringComparison.OrdinalIgnoreCase);
}
