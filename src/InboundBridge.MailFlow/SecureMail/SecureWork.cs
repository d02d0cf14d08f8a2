namespace InboundBridge.MailFlow.SecureMail;

/// <summary>
/// What looking into one mail may still cost. Layers and signatures share it, because a mail can name its own content again and again: five
/// layers of ten signatures each. Used by one thread at a time.
/// </summary>
/// <param name="octets">Of the mail.</param>
/// <param name="cancellationToken">Stops the work: nobody waits for it any more.</param>
internal sealed class SecureWork(SecureMailLimits limits, long octets, CancellationToken cancellationToken)
{
    /// <summary>How often the octets of the largest mail can be unpacked: from base64, decrypted, decompressed, from its packet.</summary>
    private const int Unpackings = 4;

    private long _unpackable = limits.Octets * Unpackings;
    private long _hashable = (octets * limits.HashTimes) + limits.HashSpare;
    private long _largest = octets;

    /// <summary>Octets that signatures were checked over so far.</summary>
    public long Hashed { get; private set; }

    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    public void GoOn() => cancellationToken.ThrowIfCancellationRequested();

    /// <summary>To be called before a signature is checked over so many octets.</summary>
    /// <exception cref="SecureMailLimitException">It is too much for one mail.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    public void Hash(long count)
    {
        GoOn();
        if (count > _hashable)
            throw new SecureMailLimitException("its signatures cover more octets than are checked for one mail");
        _hashable -= count;
        Hashed += count;
    }

    /// <summary>Reads what is unpacked from the mail. A mail that was packed may have as much checked as if it had come unpacked.</summary>
    /// <exception cref="SecureMailLimitException">There is more than <paramref name="most"/>, or than one mail may unpack.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    public byte[] Read(Stream stream, long most)
    {
        var read = BoundedOctets.Read(stream, Math.Min(most, _unpackable), cancellationToken);
        _unpackable -= read.Length;
        if (read.Length > _largest)
        {
            _hashable += (read.Length - _largest) * limits.HashTimes;
            _largest = read.Length;
        }
        return read;
    }
}
