using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>A server under load: its output goes to a file, its cost is the kernel's accounting of the whole process.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    // USER_HZ, which is 100 on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

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

    /// <summary>User and system time of all threads so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            var stat = File.ReadAllText($"/proc/{_process.Id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / TicksPerSecond);

            static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Octets: the peak of the resident memory.</summary>
    public long PeakMemory
    {
        get
        {
            var line = File.ReadLines($"/proc/{_process.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
    }

    /// <summary>The shell only points the output to the file; exec leaves its pid to the server.</summary>
    public static ServerProcess Start(string logFile, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1", "sh", logFile, program, .. arguments]) { UseShellExecute = false };
        return new ServerProcess(Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start"), logFile);
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
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
