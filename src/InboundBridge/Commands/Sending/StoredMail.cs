namespace InboundBridge.Commands.Sending;

/// <summary>Octets of a message as the spool has them.</summary>
internal static class StoredMail
{
    /// <summary>
    /// Without the Received field that reception put on top (RFC 5321 §4.4), folded lines included: received again, the mail gets another
    /// one.
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
