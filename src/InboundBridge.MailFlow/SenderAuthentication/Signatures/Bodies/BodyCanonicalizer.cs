namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;

/// <summary>
/// Brings a body into canonical form as it streams, cut anywhere, and hashes it. Nothing of it is kept: only how many line ends wait for
/// something after them, because the empty lines at the end of a body do not count (RFC 6376 §3.4.3). Only CRLF ends a line. A CR or LF
/// alone, which BDAT may bring, is an ordinary octet.
/// </summary>
internal abstract class BodyCanonicalizer : IDisposable
{
    private const int LineEndsAtOnce = 64;

    private static readonly byte[] LineEnds =
        [.. Enumerable.Range(0, LineEndsAtOnce * 2).Select(index => (byte)(index % 2 == 0 ? '\r' : '\n'))];

    /// <summary>The last octet was a CR, which is a line end if LF follows.</summary>
    private bool _openCr;

    public BodyDigest Digest { get; } = new();

    /// <summary>Line ends that count only if something follows.</summary>
    protected long Waiting { get; set; }

    public static BodyCanonicalizer Of(Canonicalization canonicalization) =>
        canonicalization == Canonicalization.Simple ? new SimpleBody() : new RelaxedBody();

    public void Take(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty)
            return;
        if (_openCr)
        {
            _openCr = false;
            if (octets[0] == '\n')
            {
                EndLine();
                octets = octets[1..];
            }
            else
            {
                Write("\r"u8);
            }
        }
        if (octets is [.., (byte)'\r'])
        {
            _openCr = true;
            octets = octets[..^1];
        }
        TakeWhole(octets);
    }

    public void Complete()
    {
        if (_openCr)
            Write("\r"u8);
        End();
        Digest.Complete();
    }

    public void Dispose() => Digest.Dispose();

    /// <summary>Octets that end with no CR, so that each line end is whole.</summary>
    protected abstract void TakeWhole(ReadOnlySpan<byte> octets);

    protected abstract void EndLine();

    /// <summary>Something other than a line end, after what waits.</summary>
    protected abstract void Write(ReadOnlySpan<byte> octets);

    /// <summary>The last line end of the body, if the canonical form has one.</summary>
    protected abstract void End();

    /// <summary>The octets without the line ends at their end, which wait from now on.</summary>
    protected static ReadOnlySpan<byte> WithoutLastLineEnds(ReadOnlySpan<byte> octets, out int lineEnds)
    {
        lineEnds = 0;
        while (octets is [.., (byte)'\r', (byte)'\n'])
        {
            octets = octets[..^2];
            lineEnds++;
        }
        return octets;
    }

    protected void WriteWaiting()
    {
        for (; Waiting > 0; Waiting -= Math.Min(Waiting, LineEndsAtOnce))
            Digest.Write(LineEnds.AsSpan(0, (int)Math.Min(Waiting, LineEndsAtOnce) * 2));
    }
}
