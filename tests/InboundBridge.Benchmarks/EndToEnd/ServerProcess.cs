using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>A server under load: its output goes to a file, its cost is the kernel's accounting of the whole process.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, string logFile)
    {
        _process = process;
        LogFile = logFile;
    }

    public string LogFile { get; }

    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    public bool HasExited => _process.HasExited;

    /// <summary>User and system time so far, with all child processes.</summary>
    public TimeSpan Cpu => ProcessTree.Cpu(_process.Id);

    /// <summary>Octets: the peak of the resident memory, with all child processes.</summary>
    public long PeakMemory => ProcessTree.PeakMemory(_process.Id);

    /// <summary>The shell only points the output to the file; exec leaves its pid to the server.</summary>
    public static ServerProcess Start(string logFile, params string[] command)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1", "sh", logFile, .. command]) { UseShellExecute = false };
        return new ServerProcess(Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start"), logFile);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static async Task WaitForAsync(Func<bool> condition, string what, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(30))
                throw new TimeoutException($"timed out waiting for {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
