using InboundBridge.Benchmarks.EndToEnd;
using InboundBridge.Benchmarks.Wire;

namespace InboundBridge.Benchmarks.SyncMode;

/// <summary>A system that also delivers to a second receiver, which counts nothing.</summary>
internal sealed class SystemWithSlowReceiver(IMeasuredSystem system, EventLoop receiver) : IMeasuredSystem
{
    public string Name => system.Name;

    public int Port => system.Port;

    public ServerProcess Process => system.Process;

    public int Share => system.Share;

    public void Reset(int messages) => system.Reset(messages);

    public Task AllArrivedAsync(CancellationToken cancellation) => system.AllArrivedAsync(cancellation);

    public void Conclude() => system.Conclude();

    public async ValueTask DisposeAsync()
    {
        await system.DisposeAsync();
        receiver.Dispose();
    }
}
