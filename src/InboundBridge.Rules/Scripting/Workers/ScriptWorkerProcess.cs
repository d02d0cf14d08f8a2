using System.Diagnostics;
using System.Globalization;
using InboundBridge.Rules.Scripting.Confinement;

namespace InboundBridge.Rules.Scripting.Workers;

/// <summary>A running worker: where to write, where to read, how to end it at once. Killing it ends both streams.</summary>
public sealed class ScriptWorkerProcess(Stream requests, Stream answers, Action kill, Func<bool>? hasEnded = null) : IDisposable
{
    /// <summary>The runtime, the engine, a prepared script and the largest message need room beside the script.</summary>
    private const long OwnMemory = 160L * 1024 * 1024;

    private int _killed;

    public Stream Requests => requests;

    public Stream Answers => answers;

    /// <summary>It is gone, whoever ended it.</summary>
    public bool HasEnded => _killed != 0 || hasEnded?.Invoke() == true;

    /// <summary>Starts <c>FILE ARGUMENTS</c> with its heap bounded by the runtime itself, on top of the worker's own watch, and without our environment and rights.</summary>
    /// <param name="memory">Octets that a script may use.</param>
    public static ScriptWorkerProcess Start(string file, IEnumerable<string> arguments, long memory)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
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
            // It has ended by itself.
        }
    }

    public void Dispose()
    {
        Kill();
        requests.Dispose();
        answers.Dispose();
    }
}
