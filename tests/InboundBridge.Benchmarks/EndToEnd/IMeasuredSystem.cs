namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>Something that takes mail over SMTP. Started once, loaded once a round.</summary>
internal interface IMeasuredSystem : IAsyncDisposable
{
    string Name { get; }

    int Port { get; }

    ServerProcess Process { get; }

    /// <summary>Before a run: forgets what came, and says how many will.</summary>
    void Reset(int messages);

    /// <summary>Completes when every mail has come out at the other end, each exactly once.</summary>
    Task AllArrivedAsync(CancellationToken cancellation);
}
