namespace InboundBridge.Hosting;

/// <summary>Mails that people keep in files often have the line ends of their system; mail on the wire has CRLF.</summary>
internal static class CrLf
{
    /// <summary>Every bare LF made CRLF; the same array when there is none.</summary>
    public static byte[] Normalize(byte[] octets)
    {
        var bare = 0;
        for (var index = 0; index < octets.Length; index++)
        {
            if (IsBare(octets, index))
                bare++;
        }
        if (bare == 0)
            return octets;
        var whole = new byte[octets.Length + bare];
        var to = 0;
        for (var index = 0; index < octets.Length; index++)
        {
            if (IsBare(octets, index))
                whole[to++] = (byte)'\r';
            whole[to++] = octets[index];
        }
        return whole;
    }

    private static bool IsBare(byte[] octets, int index) => octets[index] == '\n' && (index == 0 || octets[index - 1] != '\r');
}
