namespace InboundBridge.MailFlow.SecureMail;

/// <summary>Reads streams that may be longer than anybody wants to hold: a packed kilobyte can unpack to a gigabyte.</summary>
internal static class BoundedOctets
{
    private const int Piece = 32 * 1024;

    /// <exception cref="SecureMailLimitException">The stream has more.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    public static byte[] Read(Stream stream, long most, CancellationToken cancellationToken)
    {
        using var read = new MemoryStream();
        var piece = new byte[Piece];
        int count;
        while ((count = stream.Read(piece, 0, piece.Length)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (read.Length + count > most)
                throw new SecureMailLimitException($"the content has more than {most} octets");
            read.Write(piece, 0, count);
        }
        return read.ToArray();
    }

    /// <summary>
    /// The octets with CRLF as every line end, as signatures cover them (RFC 8551 §3.1.1, RFC 3156 §5). A mail from SMTP has no other; a
    /// decrypted entity or a mail from a file can have.
    /// </summary>
    public static ReadOnlyMemory<byte> WithCanonicalLineEnds(ReadOnlyMemory<byte> octets)
    {
        var span = octets.Span;
        var bare = 0;
        for (var at = 0; at < span.Length && span[at..].IndexOf((byte)'\n') is >= 0 and var next; at += next + 1)
        {
            if (at + next == 0 || span[at + next - 1] != (byte)'\r')
                bare++;
        }
        if (bare == 0)
            return octets;
        var canonical = new byte[span.Length + bare];
        var written = 0;
        for (var at = 0; at < span.Length; at++)
        {
            if (span[at] == (byte)'\n' && (at == 0 || span[at - 1] != (byte)'\r'))
                canonical[written++] = (byte)'\r';
            canonical[written++] = span[at];
        }
        return canonical;
    }
}
