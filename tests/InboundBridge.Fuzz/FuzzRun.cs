using System.Security.Cryptography;

namespace InboundBridge.Fuzz;

/// <summary>
/// One target for a while: the kept corpus first, then mutations of it. A failing input is written to a file and ends the run.
/// </summary>
internal sealed class FuzzRun(IFuzzTarget target, string corpusFolder, string failureFolder, TimeProvider time)
{
    /// <returns>The number of inputs that ran; null after a failure.</returns>
    public long? For(TimeSpan duration, long mostRuns, int seed)
    {
        var corpus = Load(Path.Combine(corpusFolder, target.Name));
        foreach (var input in corpus)
        {
            if (!Try(input))
                return null;
        }
        var mutator = new FuzzMutator(corpus, target.Words, seed);
        var began = time.GetTimestamp();
        long runs = corpus.Count;
        while (runs < mostRuns && time.GetElapsedTime(began) < duration)
        {
            if (!Try(mutator.Next()))
                return null;
            runs++;
        }
        return runs;
    }

    public static List<byte[]> Load(string folder) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)] : [];

    private bool Try(byte[] input)
    {
        try
        {
            target.Run(input);
            return true;
        }
        catch (Exception failure)
        {
            var name = $"{target.Name.Replace('/', '-')}-{Convert.ToHexStringLower(SHA256.HashData(input))[..12]}";
            Directory.CreateDirectory(failureFolder);
            File.WriteAllBytes(Path.Combine(failureFolder, name), input);
            Console.Error.WriteLine($"{target.Name}: {failure}");
            Console.Error.WriteLine(
                $"input kept as {Path.Combine(failureFolder, name)}: put it into the corpus under a name that says what went wrong");
            return false;
        }
    }
}
