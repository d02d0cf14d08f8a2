using System.Diagnostics;
using System.Runtime.InteropServices;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>A server under load: its output goes to a file, and its cost comes from the kernel's accounting.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, string logFile)
    {
        _process = process;
        LogFile = logFile;
    }

    public string LogFile { get; }

    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>User and system time so far, with all child processes.</summary>
    public TimeSpan Cpu => ProcessTree.Cpu(_process.Id);

    /// <summary>Octets, with all child processes; see <see cref="ProcessTree"/>.</summary>
    public long Memory => ProcessTree.Memory(_process.Id);

    /// <summary>The shell only redirects the output to the file; exec replaces it by the server, which keeps the pid.</summary>
    public static ServerProcess Start(string logFile, params string[] command)
    {
        var start =
            new ProcessStartInfo(
                "/bin/sh", ["-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1", "sh", logFile, .. command])
            { UseShellExecute = false };
        return new ServerProcess(Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start"), logFile);
    }

    /// <summary>Starts a server on a given port, and waits until it answers there.</summary>
    /// <exception cref="PortTakenException">Another process has taken the port.</exception>
    public static async Task<ServerProcess> StartListeningAsync(string logFile, int port, string[] command, CancellationToken cancellation)
    {
        var process = Start(logFile, command);
        try
        {
            await WaitForAsync(async () => process.HasExited || await FreePort.AnswersAsync(port), command[0], cancellation);
            if (!process.HasExited)
                return process;
            throw process.Log.Contains("in use", StringComparison.OrdinalIgnoreCase)
                ? new PortTakenException(process.Log)
                : new InvalidOperationException($"{string.Join(' ', command)} did not start:\n{process.Log}");
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public static async Task WaitForAsync(Func<Task<bool>> condition, string what, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(30))
                throw new TimeoutException($"timed out waiting for {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellation);
        }
    }

    /// <summary>Sends SIGTERM and waits until the server has ended.</summary>
    public async Task TerminateAsync(CancellationToken cancellation)
    {
        const int SigTerm = 15;
        if (!_process.HasExited && Signal(_process.Id, SigTerm) != 0)
            throw new InvalidOperationException($"kill {_process.Id}: {Marshal.GetLastPInvokeErrorMessage()}");
        await _process.WaitForExitAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int pid, int signal);
}
