namespace InboundBridge.Commands.Sending;

/// <summary>The octets of a stored message.</summary>
internal static class StoredMail
{
    /// <summary>
    /// Removes the Received field that reception added on top (RFC 5321 §4.4), with its folded
    /// lines: the mail gets a new one when it is received again.
    /// </summary>
    public static byte[] WithoutOurTrace(byte[] octets)
    {
        if (!octets.AsSpan().StartsWith("Received:"u8))
            return octets;
        for (var at = 0; at < octets.Length; at++)
            if (octets[at] == (byte)'\n' && (at + 1 == octets.Length || octets[at + 1] is not ((byte)' ' or (byte)'\t')))
                return octets[(at + 1)..];
        return octets;
    }
}
