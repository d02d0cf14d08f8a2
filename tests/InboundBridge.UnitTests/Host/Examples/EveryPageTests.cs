using System.CommandLine;
using System.Text.RegularExpressions;
using InboundBridge.Commands;
using InboundBridge.Configuration.RuleFiles;
using InboundBridge.Rules;
using InboundBridge.Rules.Contract;
using InboundBridge.Terminal;
using InboundBridge.UnitTests.Host.Configuration;
using InboundBridge.UnitTests.Rules;
using InboundBridge.UnitTests.Rules.Scripting.Workers;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Host.Examples;

/// <summary>
/// What holds for the examples of every page: configurations are read, rules are loaded and tested, command lines are ones that the program
/// takes, and links lead somewhere. Single pages have tests that do more with theirs.
/// </summary>
public sealed partial class EveryPageTests
{
    /// <summary>Files that are YAML too: of other programs, and of users.</summary>
    private static readonly string[] OfOthers = ["groups:", "scrape_configs:", "apiVersion:", "services:", "# users.yaml"];

    /// <summary>Problems with files that only the reader has, and with destinations that stand in another example.</summary>
    private static readonly string[] OfTheReader =
    [
        "there is no destination", "no file", "there is neither a file", "can't be read", "Could not find", "is missing", "does not exist",
    ];

    public static TheoryData<string> Pages => [.. Files()];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_configuration_is_read(string page)
    {
        // Its tests put the pieces of a relay's options into a relay.
        if (page == "docs/relay.md")
            return;
        foreach (var (yaml, line) in Blocks(page, "yaml")
            .Where(block => !RuleFile().IsMatch(block.Text))
            .Where(block => !OfOthers.Any(word => block.Text.StartsWith(word, StringComparison.Ordinal))))
        {
            var configuration = new ConfigurationCase();
            foreach (Match variable in Variable().Matches(yaml))
                configuration.Environment[variable.Groups["name"].Value] = "0123456789abcdef0123456789abcdef";
            var whole = yaml.StartsWith("domains:", StringComparison.Ordinal) || yaml.Contains("\ndomains:", StringComparison.Ordinal)
                ? yaml : $"domains: [example.com]\n{yaml}";
            var outcome = configuration.Read(whole);
            var wrong = outcome.Problems.Items.Where(problem => !problem.IsWarning && IsOfTheExample(problem.Text)).ToList();
            Assert.True(wrong.Count == 0, $"{page}:{line}: {string.Join('\n', wrong)}");
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Every_rule_file_is_loaded_and_passes_its_tests(string page)
    {
        await using var scripts = InProcessWorker.Pool();
        foreach (var (yaml, line) in Blocks(page, "yaml").Where(block => RuleFile().IsMatch(block.Text)))
        {
            // Pages with rules about more than the fixture knows have tests of their own.
            if (page is "docs/rules.md" or "docs/sender.md" or "docs/relay.md" or "docs/transforms.md" or "docs/signatures.md")
                continue;
            var problems = new SourceProblems();
            var environment = RuleFixture.Environment(_ => null) with
            {
                Unsupplied = FactChecks.Missing(ConfigurationCase.OptionsOf("domains: [example.com]\n")),
                Destinations = new Dictionary<string, string>(RuleFixture.Destinations, StringComparer.Ordinal) { ["app"] = "webhook" },
            };
            var set = RuleSetLoader.Load([new RuleFile(page, new string('\n', line) + yaml)], environment, problems);
            Assert.DoesNotContain(problems.Items, problem => !problem.IsWarning);
            Assert.Empty(await RuleFixture.RunTestsAsync(set!, scripts));
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_line_is_one_that_the_program_takes(string page)
    {
        foreach (var (text, line) in Blocks(page, "sh").Concat(Blocks(page, "")))
        {
            foreach (var command in Commands(text))
            {
                var words = Word().Matches(command).Select(word => word.Value.Trim('"', '\'')).ToArray();
                var parsed = new CommandLine(CommandConsole.OfProcess(), new HostActions()).Build().Parse(words);
                var errors = string.Join(' ', parsed.Errors.Select(error => error.Message));
                Assert.True(errors.Length == 0, $"{page}:{line}: {command}: {errors}");
                var isEmpty = words is [] or ["--help"] or ["--version"];
                Assert.True(isEmpty || parsed.CommandResult.Command is not RootCommand, $"{page}:{line}: {command}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_leads_somewhere(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(RepositoryFiles.Root, page))!;
        var text = Fence().Replace(File.ReadAllText(Path.Combine(RepositoryFiles.Root, page)), string.Empty);
        foreach (Match link in Link().Matches(text))
        {
            var parts = link.Groups["to"].Value.Split('#', 2);
            if (parts[0].Contains("://", StringComparison.Ordinal) || parts[0].StartsWith("mailto:", StringComparison.Ordinal))
                continue;
            var target = parts[0].Length == 0 ? Path.Combine(RepositoryFiles.Root, page) : Path.GetFullPath(parts[0], folder);
            Assert.True(File.Exists(target) || Directory.Exists(target), $"{page}: {link.Value}: there is no {parts[0]}");
            if (parts.Length == 2 && target.EndsWith(".md", StringComparison.Ordinal))
                Assert.True(Anchors(target).Contains(parts[1]), $"{page}: {link.Value}: {parts[0]} has no heading #{parts[1]}");
        }
    }

    /// <summary>docs/README.md is the one table of contents.</summary>
    [Fact]
    public void Every_page_stands_in_the_table_of_contents()
    {
        var contents = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs/README.md"));
        var pages = Directory.GetFiles(Path.Combine(RepositoryFiles.Root, "docs"), "*.md").Select(file => $"({Path.GetFileName(file)})");
        var examples = Directory.GetDirectories(Path.Combine(RepositoryFiles.Root, "examples"))
            .Select(folder => $"(../examples/{Path.GetFileName(folder)}");
        Assert.DoesNotContain(pages.Concat(examples), link => link != "(README.md)" && !contents.Contains(link, StringComparison.Ordinal));
    }

    [Fact]
    public void The_first_page_is_short() =>
        Assert.InRange(File.ReadAllLines(Path.Combine(RepositoryFiles.Root, "README.md")).Length, 1, 150);

    private static IEnumerable<string> Files() => new[] { "README.md", "CONTRIBUTING.md", "src/README.md" }
        .Concat(Directory.GetFiles(Path.Combine(RepositoryFiles.Root, "docs"), "*.md")
            .Concat(Directory.GetFiles(Path.Combine(RepositoryFiles.Root, "examples"), "*.md", SearchOption.AllDirectories))
            .Concat(Directory.GetFiles(Path.Combine(RepositoryFiles.Root, "deploy"), "*.md", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(RepositoryFiles.Root, file)).Order(StringComparer.Ordinal));

    private static IEnumerable<(string Text, int Line)> Blocks(string page, string language)
    {
        var text = File.ReadAllText(Path.Combine(RepositoryFiles.Root, page));
        return Block().Matches(text).Where(block => block.Groups["language"].Value == language)
            .Select(block => (Unindented(block), text.AsSpan(0, block.Groups["text"].Index).Count('\n')));
    }

    /// <summary>Blocks of lists are indented.</summary>
    private static string Unindented(Match block)
    {
        var indent = block.Groups["indent"].Value;
        return indent.Length == 0 ? block.Groups["text"].Value
            : string.Join('\n', block.Groups["text"].Value.Split('\n').Select(
                line => line.StartsWith(indent, StringComparison.Ordinal) ? line[indent.Length..] : line));
    }

    private static bool IsOfTheExample(string problem) =>
        !OfTheReader.Any(words => problem.Contains(words, StringComparison.Ordinal));

    /// <summary>The program's command lines of a block, without what a shell does with them.</summary>
    private static IEnumerable<string> Commands(string text)
    {
        foreach (var line in text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n').Select(line => line.Trim()))
        {
            var command = line.StartsWith("$ ", StringComparison.Ordinal) ? line[2..] : line;
            if (Program().Match(command) is { Success: true } program)
                yield return End().Split(Substitution().Replace(command[program.Length..], "x"))[0];
        }
    }

    private static HashSet<string> Anchors(string file) => [.. Heading().Matches(Fence().Replace(File.ReadAllText(file), string.Empty))
        .Select(heading => NotInAnchors().Replace(heading.Groups["text"].Value.Trim().ToLowerInvariant(), string.Empty).Replace(' ', '-'))];

    [GeneratedRegex("^(?<indent> *)```(?<language>[a-z]*)\n(?<text>.*?)^ *```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("^(#.*\n)*(lists:|tests:|rules: *(#.*)?\n *-|rules: \\[)", RegexOptions.ExplicitCapture)]
    private static partial Regex RuleFile();

    [GeneratedRegex("^ *```[a-z]*\n.*?^ *```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\$\{(?<name>[A-Z0-9_]+)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^(/opt/inboundbridge/)?inboundbridge (?=[a-z-])|^dotnet run --project src/InboundBridge --( |$)", RegexOptions.ExplicitCapture)]
    private static partial Regex Program();

    [GeneratedRegex(@"\$\([^)]*\)")]
    private static partial Regex Substitution();

    /// <summary>A comment, a pipe, a redirection or another command.</summary>
    [GeneratedRegex(@" +#| \| | >>? | < | && |; | &$")]
    private static partial Regex End();

    [GeneratedRegex("\"[^\"]*\"|'[^']*'|\\S+")]
    private static partial Regex Word();

    [GeneratedRegex(@"(?<!\\)\]\((?<to>[^)\s]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex("^#{1,6} (?<text>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N}\p{M} _-]")]
    private static partial Regex NotInAnchors();
}
