using System.Text.Json;
using InboundBridge.Rules.Scripting.Confinement;
using InboundBridge.Rules.Scripting.Running;

namespace InboundBridge.Rules.Scripting.Workers;

/// <summary>The inside of <c>inboundbridge script-worker</c>: requests from one stream, answers to the other, until the first one ends.</summary>
public static class ScriptWorker
{
    /// <summary>UTF-16 values, the document they are read from, and the engine's properties around them, for each octet of JSON.</summary>
    private const long MessageFactor = 8;

    /// <summary>
    /// As a process of its own, on standard input and output: without rights that scripts have no use for, and with a watch on memory and time that ends the
    /// process, since a script inside a call of the engine can't be stopped from within. Returns the exit code.
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

    /// <summary>The loop alone: limits on statements, recursion, and time between statements hold; all else is the process's matter.</summary>
    public static void Run(Stream input, Stream output, IReadOnlyList<string> deliveries) => Run(input, output, deliveries, isWatched: false);

    private static void Run(Stream input, Stream output, IReadOnlyList<string> deliveries, bool isWatched)
    {
        // The parser recurses with its source; only a large stack keeps that from ending the process.
        var thread = new Thread(() => Loop(input, output, deliveries, isWatched), ScriptCheck.StackSize) { IsBackground = true, Name = "scripts" };
        thread.Start();
        thread.Join();
    }

    private static void Loop(Stream input, Stream output, IReadOnlyList<string> deliveries, bool isWatched)
    {
        var programs = new ScriptProgramCache();
        while (Next(input) is { } body)
        {
            ScriptAnswer answer;
            try
            {
                using var document = JsonDocument.Parse(body);
                var (request, message, limits) = ScriptFrame.ReadRequest(document.RootElement);
                using var watch = isWatched ? Watch(request, limits, body.Length, output) : null;
                answer = ScriptEngine.Run(request, message, limits, programs, deliveries);
                // The alarm answers, and ends the process: what another answer would bring here is the next mail.
                if (watch?.TryEnd() == false)
                    WaitForExit();
            }
            catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
            {
                answer = new ScriptAnswer(null, [], [], new ScriptError($"not a request: {exception.Message}", string.Empty, 0, 0));
            }
            if (!TryWrite(output, answer) || answer.IsLast)
                return;
        }
    }

    private static void WaitForExit()
    {
        using var never = new ManualResetEventSlim();
        never.Wait();
    }

    private static RunWatch Watch(ScriptRequest request, ScriptLimits limits, int length, Stream output)
    {
        // The message is ours: as values of the engine it takes a multiple of its octets, and a script is not to fail for a long mail.
        var roomy = limits with { Memory = limits.Memory + MessageFactor * length };
        return new RunWatch(roomy, TimeProvider.System, HeapSize, reason =>
        {
            TryWrite(output, ScriptAnswer.Failed(request.Source, reason) with { IsLast = true });
            WorkerConfinement.Exit();
        });
    }

    private static long HeapSize(bool isCollected)
    {
        if (isCollected)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        return GC.GetTotalMemory(forceFullCollection: false);
    }

    /// <summary>False: the server is gone, and so are we.</summary>
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

    private static byte[]? Next(Stream input)
    {
        try
        {
            return ScriptFrame.Read(input, ScriptFrame.LongestRequest);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
