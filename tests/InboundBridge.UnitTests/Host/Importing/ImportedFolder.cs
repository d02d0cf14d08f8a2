using System.Text.RegularExpressions;

namespace InboundBridge.UnitTests.Host.Importing;

/// <summary>A configuration with an imported rule file in it, as an operator makes it from what the file says.</summary>
internal sealed partial class ImportedFolder : IDisposable
{
    /// <summary>Where the exports are, a folder for each provider.</summary>
    public static readonly string Data = Path.Combine(RepositoryFiles.Root, "tests/testdata/import");

    private readonly string _folder = Directory.CreateTempSubdirectory("import-").FullName;

    public string this[string file] => Path.Combine(_folder, file);

    /// <summary>The exports as <c>PROVIDER/NAME</c>.</summary>
    public static IEnumerable<string> Exports() => Directory.GetFiles(Data, "*.json", SearchOption.AllDirectories)
        .Select(file => Path.ChangeExtension(Path.GetRelativePath(Data, file), null).Replace('\\', '/')).Order(StringComparer.Ordinal);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Puts the rules into their folder, what they need into the configuration, and values in place of its variables.</summary>
    /// <returns>The configuration.</returns>
    public string Install(string rules)
    {
        Directory.CreateDirectory(this["rules"]);
        File.WriteAllText(this["rules/imported.yaml"], rules);
        var needs = rules.Split('\n').SkipWhile(line => line != "# inboundbridge.yaml needs:").Skip(2)
            .TakeWhile(line => line.StartsWith('#')).Select(line => line[4..]);
        // Without a route nothing is needed, and a configuration has a domain all the same.
        var text = string.Join('\n', needs) is { Length: > 0 } needed ? needed : "domains: [example.com]";
        File.WriteAllText(this["inboundbridge.yaml"], Variable().Replace(text, match => match.Groups["name"].Value switch
        {
            var name when name.EndsWith("_URL", StringComparison.Ordinal) => "\"https://receiver.example/hook\"",
            var name when name.EndsWith("_PASSWORD", StringComparison.Ordinal) => "correct horse",
            _ => "0123456789abcdef0123456789abcdef",
        }) + "\n");
        return this["inboundbridge.yaml"];
    }

    [GeneratedRegex(@"(?<!\$)\$\{(?<name>[A-Z0-9_]+)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();
}
