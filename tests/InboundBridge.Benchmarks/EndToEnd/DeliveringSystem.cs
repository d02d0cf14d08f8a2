namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>A server that delivers its mail to a sink, which counts it.</summary>
/// <param name="share">See <see cref="IMeasuredSystem.Share"/>.</param>
/// <param name="proof">What the first mail must say; null where nothing is checked.</param>
/// <param name="watchers">Who looks at the appliance meanwhile.</param>
internal sealed class DeliveringSystem(
    string name, ServerProcess process, int port, int share, MailSink sink, VerdictProof? proof = null, Watchers? watchers = null)
    : IMeasuredSystem
{
    private bool _proven = proof is null;

    public string Name => name;

    public int Port => port;

    public ServerProcess Process => process;

    public int Share => share;

    public void Reset(int messages)
    {
        if (!_proven)
            sink.Kept.Want();
        sink.Expect(messages);
    }

    public async Task AllArrivedAsync(CancellationToken cancellation)
    {
        await sink.AllArrivedAsync(cancellation);
        if (_proven)
            return;
        proof!.Check(name, sink.Kept.Octets ?? throw new InvalidOperationException($"{name}: no mail was kept"));
        _proven = true;
    }

    public void Conclude() => sink.Conclude();

    public async ValueTask DisposeAsync()
    {
        if (watchers is not null)
            await watchers.DisposeAsync();
        await Process.DisposeAsync();
        sink.Dispose();
    }
}
