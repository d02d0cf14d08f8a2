using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>The anchor: Postfix's smtp-sink, a C program that throws every mail away.</summary>
internal sealed class SmtpSinkSystem : IMeasuredSystem
{
    private SmtpSinkSystem(ServerProcess process, int port)
    {
        Process = process;
        Port = port;
    }

    public string Name => SystemCatalog.Anchor;

    public int Port { get; }

    public ServerProcess Process { get; }

    public int Share => 1;

    public static Task<SmtpSinkSystem> StartAsync(LoadOptions load, CancellationToken cancellation) => FreePort.WithAsync(1, async ports =>
    {
        var log = Path.Combine(load.Folder, "smtp-sink.log");
        // It refuses to stay root.
        string[] user = Environment.IsPrivilegedProcess ? ["-u", "nobody"] : [];
        var process =
            await ServerProcess.StartListeningAsync(log, ports[0], ["smtp-sink", .. user, $"127.0.0.1:{ports[0]}", "1000"], cancellation);
        return new SmtpSinkSystem(process, ports[0]);
    });

    public void Reset(int messages)
    {
        // It keeps nothing.
    }

    /// <summary>The sender has seen every 250 when it ends, and nothing is passed on.</summary>
    public Task AllArrivedAsync(CancellationToken cancellation) => Task.CompletedTask;

    public void Conclude()
    {
        // Nor does it count.
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
