using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>The reference point: Postfix's smtp-sink, a C program that discards every mail.</summary>
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
        // smtp-sink refuses to run as root.
        string[] user = Environment.IsPrivilegedProcess ? ["-u", "nobody"] : [];
        string[] command = ["smtp-sink", .. user, $"{load.Listen}:{ports[0]}", "1000"];
        var process = await ServerProcess.StartListeningAsync(log, ports[0], command, cancellation);
        return new SmtpSinkSystem(process, ports[0]);
    });

    public void Reset(int messages)
    {
        // Nothing is stored, so nothing needs to be prepared.
    }

    /// <summary>The run is over when the sender has every 250, because nothing is delivered.</summary>
    public Task AllArrivedAsync(CancellationToken cancellation) => Task.CompletedTask;

    public void Conclude()
    {
        // Nothing is delivered, so nothing can arrive twice.
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
