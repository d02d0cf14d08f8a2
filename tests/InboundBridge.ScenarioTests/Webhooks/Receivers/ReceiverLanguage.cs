using System.Collections.Concurrent;
using System.Globalization;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Webhooks.Receivers;

/// <summary>How the receiver of a language is started: as its README says, but Go's is built first, so that a signal reaches it.</summary>
internal static class ReceiverLanguage
{
    private static readonly Dictionary<string, (string Program, string Package, string File)> Known = new(StringComparer.Ordinal)
    {
        ["javascript"] = ("node", "nodejs", "javascript/receiver.mjs"),
        ["python"] = ("python3", "python3", "python/receiver.py"),
        ["ruby"] = ("ruby", "ruby-webrick", "ruby/receiver.rb"),
        ["php"] = ("php", "php-cli", "php/receiver.php"),
        ["go"] = ("go", "golang-go", "go/receiver.go"),
        ["java"] = ("java", "default-jdk-headless", "java/Receiver.java"),
        ["csharp"] = ("dotnet", "the .NET SDK", "csharp/receiver.cs"),
    };

    private static readonly string[] PhpOptions = ["-d", "display_errors=0", "-d", "post_max_size=0", "-d", "memory_limit=-1"];

    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Sources = new(StringComparer.Ordinal);

    public static TheoryData<string> All => [.. Known.Keys];

    public static async Task<(string Program, IEnumerable<string> Arguments)> CommandAsync(string language, int port)
    {
        var (program, package, _) = Known[language];
        program = PeerPrograms.Find(program, package);
        var source = await Sources.GetOrAdd(language, _ => new(() => PrepareAsync(language, program))).Value;
        return language switch
        {
            "php" => (program, [.. PhpOptions, "-S", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), source]),
            "go" => (Path.ChangeExtension(source, null), []),
            "csharp" => (program, ["run", source]),
            _ => (program, [source]),
        };
    }

    /// <summary>A copy, because compilers write beside the source and read settings of the folders above it.</summary>
    private static async Task<string> PrepareAsync(string language, string program)
    {
        var folder = Directory.CreateTempSubdirectory("ib-receiver-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var source = Path.Combine(folder, Path.GetFileName(Known[language].File));
        File.Copy(Path.Combine(Checkout.Root, "examples/receivers", Known[language].File), source);
        string[]? build = language switch
        {
            "go" => ["build", "-o", Path.ChangeExtension(source, null), source],
            "csharp" => ["build", source],
            _ => null,
        };
        if (build is not null)
        {
            var result = await PeerProcess.RunAsync(
                language, program, build, workingDirectory: folder, deadline: Deadline.InSeconds(180),
                environment: new Dictionary<string, string> { ["GOCACHE"] = Path.Combine(folder, "cache") });
            result.Succeeded($"{language}: build");
        }
        return source;
    }
}
