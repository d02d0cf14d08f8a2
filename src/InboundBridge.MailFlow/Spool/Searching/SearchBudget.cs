namespace InboundBridge.MailFlow.Spool.Searching;

/// <summary>
/// What one page of a list may search: a number of rows, and fewer where a slow disk needs too long for them. A search that ends early goes
/// on with the next page.
/// </summary>
internal sealed class SearchBudget(TimeProvider clock)
{
    /// <summary>A quick disk reads them in some 20 ms.</summary>
    public const int Rows = 20_000;

    /// <summary>A page of the web UI should be there after 100 ms at most, also where the machine does other work meanwhile.</summary>
    private static readonly TimeSpan Time = TimeSpan.FromMilliseconds(25);

    /// <summary>So many are always read, however busy the machine is: a page that nothing was searched for is a full one.</summary>
    private const int Least = 1_000;

    private readonly long _started = clock.GetTimestamp();
    private int _spent;

    /// <summary>False at the beginning: every page makes some progress.</summary>
    public bool IsSpent => _spent >= Rows || (_spent >= Least && clock.GetElapsedTime(_started) > Time);

    public void Spend(int rows) => _spent += rows;
}
