using System.Net.Sockets;

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

    public static async Task<SmtpSinkSystem> StartAsync(LoadOptions load, CancellationToken cancellation)
    {
        var port = ServerProcess.FreePort();
        // It refuses to stay root.
        string[] user = Environment.IsPrivilegedProcess ? ["-u", "nobody"] : [];
        var process = ServerProcess.Start(Path.Combine(load.Folder, "smtp-sink.log"), ["smtp-sink", .. user, $"127.0.0.1:{port}", "1000"]);
        var system = new SmtpSinkSystem(process, port);
        await ServerProcess.WaitForAsync(() => process.HasExited || Answers(port), "smtp-sink", cancellation);
        return process.HasExited ? throw new InvalidOperationException($"smtp-sink (Debian package postfix) did not start: {process.Log}") : system;
    }

    public void Reset(int messages)
    {
        // It keeps nothing.
    }

    /// <summary>The sender has seen every 250 when it ends, and nothing is passed on.</summary>
    public Task AllArrivedAsync(CancellationToken cancellation) => Task.CompletedTask;

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private static bool Answers(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
