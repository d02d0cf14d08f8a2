using System.Diagnostics;
using System.Globalization;
using InboundBridge.Rules.Scripting.Confinement;

namespace InboundBridge.Rules.Scripting.Workers;

/// <summary>A running worker process: its request stream, its answer stream, and a way to kill it. Killing it ends both streams.</summary>
public sealed class ScriptWorkerProcess(Stream requests, Stream answers, Action kill, Func<bool>? hasEnded = null) : IDisposable
{
    /// <summary>Octets of heap for the runtime, the engine, prepared scripts and the largest message, on top of the script's own.</summary>
    private const long OwnMemory = 160L * 1024 * 1024;

    private int _killed;

    public Stream Requests => requests;

    public Stream Answers => answers;

    /// <summary>The process has ended, for whatever reason.</summary>
    public bool HasEnded => _killed != 0 || hasEnded?.Invoke() == true;

    /// <summary>
    /// Starts <c>FILE ARGUMENTS</c> without our environment and rights. The runtime limits
    /// its heap as well, in addition to the worker's own watch.
    /// </summary>
    /// <param name="memory">Octets that a script may use.</param>
    public static ScriptWorkerProcess Start(string file, IEnumerable<string> arguments, long memory)
    {
        var start = new ProcessStartInfo(file,
            arguments)
        { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        WorkerEnvironment.Fill(start.Environment);
        start.Environment["DOTNET_GCHeapHardLimit"] = (OwnMemory + (2 * memory)).ToString("X", CultureInfo.InvariantCulture);
        var process = WorkerLaunch.Start(start);
        return new ScriptWorkerProcess(process.StandardInput.BaseStream, process.StandardOutput.BaseStream, () =>
        {
            process.Kill();
            process.Dispose();
        }, () => process.HasExited);
    }

    /// <summary>May be called from any thread, any number of times.</summary>
    public void Kill()
    {
        if (Interlocked.Exchange(ref _killed, 1) != 0)
            return;
        try
        {
            kill();
        }
        catch (InvalidOperationException)
        {
            // The process has ended already.
        }
    }

    public void Dispose()
    {
        Kill();
        requests.Dispose();
        answers.Dispose();
    }
}
