using System.Text.RegularExpressions;

namespace InboundBridge.UnitTests.Host.Examples;

/// <summary>The pages of the documentation, and what stands in them in another language than English.</summary>
internal static partial class PageBlocks
{
    /// <summary>Every page that users or contributors read, by its path in the checkout.</summary>
    public static IEnumerable<string> Pages() => new[] { "README.md", "CONTRIBUTING.md", "src/README.md" }
        .Concat(Directory.GetFiles(Path.Combine(RepositoryFiles.Root, "docs"), "*.md")
            .Concat(Directory.GetFiles(Path.Combine(RepositoryFiles.Root, "examples"), "*.md", SearchOption.AllDirectories))
            .Concat(Directory.GetFiles(Path.Combine(RepositoryFiles.Root, "deploy"), "*.md", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(RepositoryFiles.Root, file)).Order(StringComparer.Ordinal));

    /// <summary>The fenced blocks of a language, each with the line above its first one.</summary>
    public static IEnumerable<(string Text, int Line)> Of(string page, string language) =>
        All(page).Where(block => block.Language == language).Select(block => (block.Text, block.Line));

    public static IEnumerable<(string Language, string Text, int Line)> All(string page)
    {
        var text = Read(page);
        return Block().Matches(text).Select(block => (
            block.Groups["language"].Value, Unindented(block), text.AsSpan(0, block.Groups["text"].Index).Count('\n')));
    }

    /// <summary>Whole command lines within sentences and tables. Capitals and an ellipsis stand for what the reader has.</summary>
    public static IEnumerable<(string Text, int Line)> Inline(string page)
    {
        var text = Read(page);
        return Command().Matches(Block().Replace(text, block => new string('\n', block.Value.AsSpan().Count('\n'))))
            .Select(command => (command.Groups["text"].Value.Replace('\n', ' '), text.AsSpan(0, command.Index).Count('\n') + 1))
            .Where(command => !command.Item1.Contains('…', StringComparison.Ordinal));
    }

    private static string Read(string page) => File.ReadAllText(Path.Combine(RepositoryFiles.Root, page));

    /// <summary>Blocks of lists are indented.</summary>
    private static string Unindented(Match block)
    {
        var indent = block.Groups["indent"].Value;
        return indent.Length == 0 ? block.Groups["text"].Value
            : string.Join('\n', block.Groups["text"].Value.Split('\n').Select(
                line => line.StartsWith(indent, StringComparison.Ordinal) ? line[indent.Length..] : line));
    }

    [GeneratedRegex("^(?<indent> *)```(?<language>[a-z]*)\n(?<text>.*?)^ *```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("(?<!`)`(?<text>inboundbridge [a-z-][^`]*)`(?!`)", RegexOptions.ExplicitCapture)]
    private static partial Regex Command();
}
