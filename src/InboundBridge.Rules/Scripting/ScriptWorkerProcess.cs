using System.Diagnostics;
using System.Globalization;

namespace InboundBridge.Rules.Scripting;

/// <summary>A running worker: where to write, where to read, how to end it at once. Killing it ends both streams.</summary>
public sealed class ScriptWorkerProcess(Stream requests, Stream answers, Action kill) : IDisposable
{
    private int _killed;

    public Stream Requests => requests;

    public Stream Answers => answers;

    /// <summary>Starts <c>FILE ARGUMENTS</c> with its heap bounded by the runtime itself, on top of the worker's own watch.</summary>
    /// <param name="memory">Octets that a script may use.</param>
    public static ScriptWorkerProcess Start(string file, IEnumerable<string> arguments, long memory)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        // The engine, the prelude and the largest message need room beside the script.
        start.Environment["DOTNET_GCHeapHardLimit"] = ((256L * 1024 * 1024) + (2 * memory)).ToString("X", CultureInfo.InvariantCulture);
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        var process = Process.Start(start) ?? throw new InvalidOperationException($"'{file}' did not start");
        return new ScriptWorkerProcess(process.StandardInput.BaseStream, process.StandardOutput.BaseStream, () =>
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
        });
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
