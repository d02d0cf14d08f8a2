using System.Diagnostics.CodeAnalysis;

namespace InboundBridge.Benchmarks.Wire;

/// <summary>
/// One mail as it arrived at a sink, kept for a look at it. Wanted before a run, taken on the loop's thread, read when all have arrived.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A memory stream has nothing to free.")]
internal sealed class KeptMail
{
    private const int Most = 4 * 1024 * 1024;

    private readonly MemoryStream _octets = new();
    private volatile bool _wanted;
    private LoopConnection? _from;

    /// <summary>What came, up to 4 MB of it; null before a wanted mail has arrived.</summary>
    public byte[]? Octets { get; private set; }

    /// <summary>The next mail that begins is kept.</summary>
    public void Want() => (Octets, _wanted) = (null, true);

    public void Begin(LoopConnection connection)
    {
        if (!_wanted)
            return;
        (_wanted, _from) = (false, connection);
        _octets.SetLength(0);
    }

    public void Take(LoopConnection connection, ReadOnlySpan<byte> part)
    {
        if (_from == connection)
            _octets.Write(part[..(int)Math.Min(part.Length, Most - _octets.Length)]);
    }

    public void End(LoopConnection connection)
    {
        if (_from != connection)
            return;
        (Octets, _from) = (_octets.ToArray(), null);
    }
}
