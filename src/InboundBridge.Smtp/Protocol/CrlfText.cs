namespace InboundBridge.Smtp.Protocol;

/// <summary>A mail file as SMTP wants it: mails lie on disks with bare LF as often as not.</summary>
public static class CrlfText
{
    /// <summary>Every LF that has no CR in front gets one; nothing else changes.</summary>
    public static byte[] Of(ReadOnlySpan<byte> text)
    {
        var bare = 0;
        for (var at = 0; at < text.Length; at++)
            if (text[at] == '\n' && (at == 0 || text[at - 1] != '\r'))
                bare++;
        var crlf = new byte[text.Length + bare];
        var to = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '\n' && (at == 0 || text[at - 1] != '\r'))
                crlf[to++] = (byte)'\r';
            crlf[to++] = text[at];
        }
        return crlf;
    }
}
