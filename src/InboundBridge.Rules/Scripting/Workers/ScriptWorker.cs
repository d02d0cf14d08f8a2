using System.Text.Json;
using InboundBridge.Rules.Scripting.Confinement;
using InboundBridge.Rules.Scripting.Running;

namespace InboundBridge.Rules.Scripting.Workers;

/// <summary>
/// The process <c>inboundbridge script-worker</c>: reads requests from one stream and writes answers to the other, until the first ends.
/// </summary>
public static class ScriptWorker
{
    /// <summary>
    /// Octets of memory for each octet of JSON: UTF-16 strings, the document that they are read from, and the engine's properties.
    /// </summary>
    private const long MessageFactor = 8;

    /// <summary>
    /// Runs as a process of its own, on standard input and output: drops the rights that scripts do not need, and watches memory and time.
    /// The watch ends the process, because a script inside a call of the engine can't be stopped otherwise. Returns the exit code.
    /// </summary>
    /// <param name="deliveries">Names of the calls that deliver: the kinds of destination.</param>
    public static int RunAsChild(IReadOnlyList<string> deliveries)
    {
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        WorkerConfinement.Enter();
        Run(input, output, deliveries, isWatched: true);
        return 0;
    }

    /// <summary>The loop without the watch: it limits statements, recursion, and time between statements only.</summary>
    public static void Run(Stream input, Stream output, IReadOnlyList<string> deliveries) =>
        Run(input, output, deliveries, isWatched: false);

    private static void Run(Stream input, Stream output, IReadOnlyList<string> deliveries, bool isWatched)
    {
        // The parser recurses with its source: a stack overflow would end the process.
        var thread = new Thread(() =>
            Loop(input, output, deliveries, isWatched), ScriptCheck.StackSize)
        { IsBackground = true, Name = "scripts" };
        thread.Start();
        thread.Join();
    }

    private static void Loop(Stream input, Stream output, IReadOnlyList<string> deliveries, bool isWatched)
    {
        var programs = new ScriptProgramCache();
        var frame = new FrameBuffer(ScriptFrame.LongestRequest);
        using var watches = isWatched ? Watches(output) : null;
        while (Next(input, frame) is { } body)
        {
            ScriptAnswer answer;
            try
            {
                using var document = JsonDocument.Parse(body);
                var (request, message, limits) = ScriptFrame.ReadRequest(document.RootElement);
                // The message takes a multiple of its octets as values of the engine. A script must not fail because a mail is long.
                watches?.Begin(request.Source, limits with { Memory = limits.Memory + MessageFactor * body.Length });
                answer = ScriptEngine.Run(request, message, limits, programs, deliveries);
            }
            catch (Exception exception) when (
                exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
            {
                answer = new ScriptAnswer(null, [], [], new ScriptError($"not a request: {exception.Message}", string.Empty, 0, 0));
            }
            // The alarm writes the answer and ends the process. A second answer would be taken for that of the next mail.
            if (watches?.TryEnd() == false)
                WaitForExit();
            if (!TryWrite(output, answer) || answer.IsLast)
                return;
        }
    }

    private static void WaitForExit()
    {
        using var never = new ManualResetEventSlim();
        never.Wait();
    }

    private static RunWatches Watches(Stream output) => new(TimeProvider.System, KernelTimer.TryCreate, HeapSize, (script, reason) =>
    {
        TryWrite(output, ScriptAnswer.Failed(script, reason) with { IsLast = true });
        WorkerConfinement.Exit();
    });

    private static long HeapSize(bool isCollected)
    {
        if (isCollected)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        return GC.GetTotalMemory(forceFullCollection: false);
    }

    /// <summary>False when the server is gone, so that the worker ends.</summary>
    private static bool TryWrite(Stream output, ScriptAnswer answer)
    {
        try
        {
            output.Write(ScriptFrame.Answer(answer).Span);
            output.Flush();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static ReadOnlyMemory<byte>? Next(Stream input, FrameBuffer frame)
    {
        try
        {
            return frame.Read(input);
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            return null;
        }
    }
}
