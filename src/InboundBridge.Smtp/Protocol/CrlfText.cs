namespace InboundBridge.Smtp.Protocol;

/// <summary>Gives a mail file the line ends that SMTP requires; many files on disk have bare LF.</summary>
public static class CrlfText
{
    /// <summary>Puts a CR before every LF that has none; nothing else changes.</summary>
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
