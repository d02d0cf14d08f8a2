namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>A server that delivers its mail to a sink, which counts it.</summary>
/// <param name="share">See <see cref="IMeasuredSystem.Share"/>.</param>
internal sealed class DeliveringSystem(string name, ServerProcess process, int port, int share, MailSink sink) : IMeasuredSystem
{
    public string Name => name;

    public int Port => port;

    public ServerProcess Process => process;

    public int Share => share;

    public void Reset(int messages) => sink.Expect(messages);

    public Task AllArrivedAsync(CancellationToken cancellation) => sink.AllArrivedAsync(cancellation);

    public void Conclude() => sink.Conclude();

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        sink.Dispose();
    }
}
