using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using InboundBridge.Rules.Scripting.Confinement;

namespace InboundBridge.Rules.Scripting.Workers;

/// <summary>A running worker process: the way to it and back, and a way to kill it. Killing it ends what waits for it.</summary>
public sealed class ScriptWorkerProcess : IDisposable
{
    /// <summary>Octets of heap for the runtime, the engine, prepared scripts and the largest message, on top of the script's own.</summary>
    private const long OwnMemory = 160L * 1024 * 1024;

    private readonly Action _kill;
    private readonly Func<bool>? _hasEnded;
    private int _killed;

    /// <param name="requests">To the worker. Killing it ends both streams.</param>
    /// <param name="answers">From the worker.</param>
    public ScriptWorkerProcess(Stream requests, Stream answers, Action kill, Func<bool>? hasEnded = null)
        : this(new StreamChannel(requests, answers), kill, hasEnded)
    {
    }

    internal ScriptWorkerProcess(IWorkerChannel channel, Action kill, Func<bool>? hasEnded) =>
        (Channel, _kill, _hasEnded) = (channel, kill, hasEnded);

    /// <summary>The process has ended, for whatever reason.</summary>
    public bool HasEnded => _killed != 0 || _hasEnded?.Invoke() == true;

    internal IWorkerChannel Channel { get; }

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
        return new ScriptWorkerProcess(ChannelOf(process), () =>
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
            _kill();
        }
        catch (InvalidOperationException)
        {
            // The process has ended already.
        }
    }

    public void Dispose()
    {
        Kill();
        Channel.Dispose();
    }

    private static IWorkerChannel ChannelOf(Process process)
    {
        var (requests, answers) = (process.StandardInput.BaseStream, process.StandardOutput.BaseStream);
        return requests is PipeStream to && answers is PipeStream from && PipeChannel.TryCreate(to, from) is { } pipes
            ? pipes : new StreamChannel(requests, answers);
    }
}
