using System.Text.Json;

namespace InboundBridge.Rules.Scripting;

/// <summary>The inside of <c>inboundbridge script-worker</c>: requests from one stream, answers to the other, until the first one ends.</summary>
public static class ScriptWorker
{
    /// <summary>UTF-16 values, the document they are read from, and the engine's properties around them, for each octet of JSON.</summary>
    private const long MessageFactor = 8;

    /// <summary>
    /// As a process of its own, on standard input and output: with a limit on regular expressions for the whole process, and a watch on memory that ends
    /// the process, since a script inside an engine call can't be stopped from within. Returns the exit code.
    /// </summary>
    public static int RunAsChild()
    {
        AppContext.SetData("REGEX_DEFAULT_MATCH_TIMEOUT", TimeSpan.FromMilliseconds(500));
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        Run(input, output, limit => new MemoryWatch(limit, TimeProvider.System, GC.GetTotalMemory, () => Environment.Exit(3)));
        return 0;
    }

    /// <summary>The loop alone: time, statement and recursion limits hold; memory and regular expressions are the process's matter.</summary>
    public static void Run(Stream input, Stream output) => Run(input, output, null);

    private static void Run(Stream input, Stream output, Func<long, MemoryWatch>? watch)
    {
        // The engine recurses with its source and its data; only a large stack keeps that from ending the process.
        var thread = new Thread(() => Loop(input, output, watch), ScriptCheck.StackSize) { IsBackground = true, Name = "scripts" };
        thread.Start();
        thread.Join();
    }

    private static void Loop(Stream input, Stream output, Func<long, MemoryWatch>? watch)
    {
        while (Next(input) is { } body)
        {
            ScriptAnswer answer;
            try
            {
                var (request, limits) = ScriptFrame.ReadRequest(body);
                // The message is ours: as values of the engine it takes a multiple of its octets, and a script is not to fail for a long mail.
                using var watching = watch?.Invoke(limits.Memory + MessageFactor * body.Length);
                answer = ScriptEngine.Run(request, limits);
                // After the alarm this process is as good as gone: an answer from it would bring it the next mail.
                if (watching?.TryEnd() == false)
                    return;
            }
            catch (JsonException exception)
            {
                answer = new ScriptAnswer(null, [], [], new ScriptError($"not a request: {exception.Message}", string.Empty, 0, 0));
            }
            try
            {
                output.Write(ScriptFrame.Answer(answer));
                output.Flush();
            }
            catch (IOException)
            {
                // The server is gone: so are we.
                return;
            }
        }
    }

    private static byte[]? Next(Stream input)
    {
        try
        {
            return ScriptFrame.ReadAsync(input, ScriptFrame.LongestRequest, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }
        catch (IOException)
        {
            return null;
        }
    }
}
