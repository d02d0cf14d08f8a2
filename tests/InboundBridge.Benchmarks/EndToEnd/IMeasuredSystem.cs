namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>A system that accepts mail over SMTP. It is started once and loaded once a round.</summary>
internal interface IMeasuredSystem : IAsyncDisposable
{
    string Name { get; }

    int Port { get; }

    ServerProcess Process { get; }

    /// <summary>
    /// It gets one mail for each of this many that the fastest systems get: a slow system would need an hour for the whole load.
    /// </summary>
    int Share { get; }

    /// <summary>Called before a run with the number of mails.</summary>
    void Reset(int messages);

    /// <summary>Completes when every mail has arrived at the sink exactly once.</summary>
    Task AllArrivedAsync(CancellationToken cancellation);

    /// <summary>Called after the last run: fails if a mail has arrived again since.</summary>
    void Conclude();
}
