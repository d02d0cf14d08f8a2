namespace InboundBridge.Operations.Traffic;

/// <summary>How much a total grew in each of the last minutes. Not safe for concurrent use.</summary>
internal sealed class MinuteRing
{
    public const int Minutes = 60;

    private readonly int[] _grown = new int[Minutes];
    private int _next;
    private double _last;

    /// <summary>Ends a minute.</summary>
    /// <param name="total">The total now; it never falls.</param>
    public void Add(double total)
    {
        _grown[_next] = (int)Math.Clamp(total - _last, 0, int.MaxValue);
        _next = (_next + 1) % Minutes;
        _last = total;
    }

    /// <summary>The growth of each minute, the oldest first; the last one is the minute that is not over yet.</summary>
    /// <param name="total">The total now.</param>
    public IReadOnlyList<int> Read(double total)
    {
        var read = new int[Minutes];
        for (var index = 1; index < Minutes; index++)
            read[index - 1] = _grown[(_next + index) % Minutes];
        read[^1] = (int)Math.Clamp(total - _last, 0, int.MaxValue);
        return read;
    }
}
