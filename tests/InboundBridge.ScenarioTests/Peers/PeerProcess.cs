using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>A program that a scenario has started. It is ended by its pid, and its output is kept for failure messages.</summary>
internal sealed partial class PeerProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const int SigHup = 1;

    private readonly Process _process;
    private readonly List<(bool IsError, string Text)> _lines = [];
    private readonly Lock _lock = new();

    private PeerProcess(string name, Process process)
    {
        Name = name;
        _process = process;
    }

    public string Name { get; }

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>The lines of standard output and standard error so far, in the order in which they came.</summary>
    public string Log => string.Join('\n', Lines);

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
                return [.. _lines.Select(line => line.Text)];
        }
    }

    public static PeerProcess Start(
        string name, string program, IEnumerable<string> arguments, string? workingDirectory = null, IReadOnlyDictionary<string,
        string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? "/tmp",
        };
        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
            start.Environment[key] = value;
        var process = new Process { StartInfo = start };
        var peer = new PeerProcess(name, process);
        process.OutputDataReceived += (_, line) => peer.Keep(isError: false, line.Data);
        process.ErrorDataReceived += (_, line) => peer.Keep(isError: true, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return peer;
    }

    /// <summary>Returns when the program listens.</summary>
    /// <exception cref="PortTakenException">It ended, because another program had taken its port.</exception>
    /// <exception cref="InvalidOperationException">It ended for another reason.</exception>
    public async Task ListeningAsync(Func<Task<bool>> listens)
    {
        await Deadline.Usual.UntilAsync(async () => HasExited || await listens(), $"{Name} to listen", () => Log);
        if (!HasExited)
            return;
        var log = Log;
        await DisposeAsync();
        throw log.Contains("in use", StringComparison.Ordinal)
            ? new PortTakenException(log)
            : new InvalidOperationException($"{Name} did not start:\n{log}");
    }

    /// <summary>Runs a program and waits for its end.</summary>
    public static async Task<PeerResult> RunAsync(
        string name,
        string program,
        IEnumerable<string> arguments,
        byte[]? input = null,
        string? workingDirectory = null,
        IReadOnlyDictionary<string, string>? environment = null,
        Deadline? deadline = null)
    {
        await using var peer = Start(name, program, arguments, workingDirectory, environment);
        try
        {
            if (input is not null)
                await peer._process.StandardInput.BaseStream.WriteAsync(input);
            peer._process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading all its input; its exit code says why.
        }

        return new PeerResult(await peer.ExitAsync(deadline ?? Deadline.Usual), peer.Said(isError: false), peer.Said(isError: true));
    }

    /// <summary>Writes a line to the program's standard input.</summary>
    public async Task TellAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>
    /// Waits for the first line from <paramref name="from"/> on that matches the pattern; fails at once when the program ends without it.
    /// </summary>
    public async Task<Match> LineAsync(Regex pattern, Deadline? deadline = null, int from = 0)
    {
        Match? found = null;
        await (deadline ?? Deadline.Usual).UntilAsync(
            async () =>
            {
                var ended = _process.HasExited;
                if (ended)
                    await OutputIsReadAsync();
                found = Lines.Skip(from).Select(line => pattern.Match(line)).FirstOrDefault(match => match.Success);
                if (found is null && ended)
                    throw new InvalidOperationException($"{Name} ended with {ExitCode} before it printed /{pattern}/:\n{Log}");
                return found is not null;
            },
            $"{Name} to print /{pattern}/",
            () => Log);
        return found!;
    }

    public async Task<int> ExitAsync(Deadline? deadline = null)
    {
        await (deadline ?? Deadline.Usual).UntilAsync(() => _process.HasExited, $"{Name} to end", () => Log);
        await OutputIsReadAsync();
        return _process.ExitCode;
    }

    /// <summary>Sends SIGTERM.</summary>
    public void Terminate() => Signal(SigTerm);

    public void HangUp() => Signal(SigHup);

    /// <summary>Sends SIGKILL, which like a power failure lets the program do nothing more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Sends SIGKILL to the program and to every program that it has started.</summary>
    public async Task KillTreeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>A value of /proc/PID/status in bytes: VmHWM is the peak of the resident memory, VmRSS its current size.</summary>
    public long Memory(string field)
    {
        var line = File.ReadLines($"/proc/{Pid}/status").Single(line => line.StartsWith(field + ":", StringComparison.Ordinal));
        return long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Resets VmHWM to the current size (proc(5), clear_refs).</summary>
    public void ForgetMemoryPeak() => File.WriteAllText($"/proc/{Pid}/clear_refs", "5");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Terminate();
            try
            {
                await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);
            }
            catch (TimeoutException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync();
            }
        }

        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);

    /// <summary>
    /// Reads the last output of an ended process. The time is bounded, because a child that is still running keeps the pipes open.
    /// </summary>
    private Task OutputIsReadAsync() => _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);

    private void Signal(int signal)
    {
        if (!_process.HasExited && SendSignal(Pid, signal) != 0 && !_process.HasExited)
            throw new InvalidOperationException($"kill -{signal} {Pid} failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private void Keep(bool isError, string? line)
    {
        if (line is null)
            return;
        lock (_lock)
            _lines.Add((isError, line));
    }

    private string Said(bool isError)
    {
        lock (_lock)
            return string.Join('\n', _lines.Where(line => line.IsError == isError).Select(line => line.Text));
    }
}

/// <summary>
/// How a program ended, and its output. The two streams are read concurrently, so the order of lines between them is not certain.
/// </summary>
internal sealed record PeerResult(int ExitCode, string StandardOutput, string StandardError)
{
    /// <summary>The whole output, one stream after the other.</summary>
    public string Output => $"{StandardOutput}\n{StandardError}".Trim('\n');

    public PeerResult Succeeded(string what)
    {
        Assert.True(ExitCode == 0, $"{what} ended with {ExitCode}:\n{Output}");
        return this;
    }
}
