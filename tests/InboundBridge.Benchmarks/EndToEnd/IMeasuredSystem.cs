namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>Something that takes mail over SMTP. Started once, loaded once a round.</summary>
internal interface IMeasuredSystem : IAsyncDisposable
{
    string Name { get; }

    int Port { get; }

    ServerProcess Process { get; }

    /// <summary>It gets one mail where the fastest get so many: a slow system would take an hour for the whole load.</summary>
    int Share { get; }

    /// <summary>Before a run: how many mails will come.</summary>
    void Reset(int messages);

    /// <summary>Completes when every mail has come out at the other end, each exactly once.</summary>
    Task AllArrivedAsync(CancellationToken cancellation);

    /// <summary>Behind the last run: fails when a mail has come again since.</summary>
    void Conclude();
}
