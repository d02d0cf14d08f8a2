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
    private static readonly string[] OfOthers =
        ["groups:", "scrape_configs:", "apiVersion:", "services:", "# users.yaml", "users:\n  - name:"];

    /// <summary>Problems with files that only the reader has, and with destinations that stand in another example.</summary>
    private static readonly string[] OfTheReader =
    [
        "there is no destination", "no file", "there is neither a file", "can't be read", "Could not find", "is missing", "does not exist",
    ];

    private static readonly string[] TestedAlone =
        ["docs/rules.md", "docs/rules-cookbook.md", "docs/sender-cookbook.md", "docs/relay-cookbook.md", "docs/transforms.md"];

    public static TheoryData<string> Pages => [.. PageBlocks.Pages()];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_configuration_is_read(string page)
    {
        // They name files that stand beside them on the page; RelayPageTests writes both.
        if (page == "docs/relay-cookbook.md")
            return;
        foreach (var (yaml, line) in PageBlocks.Of(page, "yaml")
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
        foreach (var (yaml, line) in PageBlocks.Of(page, "yaml").Where(block => RuleFile().IsMatch(block.Text)))
        {
            // Pages with rules about more than the fixture knows have tests of their own.
            if (TestedAlone.Contains(page))
                continue;
            var problems = new SourceProblems();
            var environment = RuleFixture.Environment(_ => null) with
            {
                Unsupplied = FactChecks.Missing(ConfigurationCase.OptionsOf("domains: [example.com]\n")),
                AcceptsUnsupplied = yaml.StartsWith("# needs ", StringComparison.Ordinal),
                Destinations = new Dictionary<string, string>(RuleFixture.Destinations, StringComparer.Ordinal)
                {
                    ["app"] = "webhook",
                    ["orders"] = "webhook",
                },
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
        foreach (var (text, line) in PageBlocks.Of(page, "sh"))
        {
            foreach (var command in Commands(text))
            {
                var (words, parsed) = Parse(command);
                var errors = string.Join(' ', parsed.Errors.Select(error => error.Message));
                Assert.True(errors.Length == 0, $"{page}:{line}: {command}: {errors}");
                var isEmpty = words is [] or ["--help"] or ["--version"];
                Assert.True(isEmpty || parsed.CommandResult.Command is not RootCommand, $"{page}:{line}: {command}");
            }
        }
    }

    /// <summary>A sentence may leave out arguments (<c>inboundbridge dns</c>), but the command and its options are there.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_in_a_sentence_exists(string page)
    {
        foreach (var (command, line) in PageBlocks.Inline(page))
        {
            var (_, parsed) = Parse(command["inboundbridge ".Length..]);
            Assert.True(parsed.CommandResult.Command is not RootCommand, $"{page}:{line}: {command}");
            Assert.True(parsed.UnmatchedTokens.Count == 0, $"{page}:{line}: {command}: {string.Join(' ', parsed.UnmatchedTokens)}");
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

    /// <summary>docs/README.md is the one table of contents: each page has one row, which says what the page answers.</summary>
    [Fact]
    public void Every_page_has_one_row_in_the_table_of_contents()
    {
        var rows = ContentsRow().Matches(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs/README.md")))
            .Select(row => row.Groups["to"].Value).Where(to => !to.StartsWith("../src/", StringComparison.Ordinal));
        var pages = Directory.GetFiles(Path.Combine(RepositoryFiles.Root, "docs"), "*.md").Select(file => Path.GetFileName(file))
            .Where(page => page != "README.md");
        var examples = Directory.GetDirectories(Path.Combine(RepositoryFiles.Root, "examples"))
            .Select(folder => $"../examples/{Path.GetFileName(folder)}/README.md");
        Assert.Equal(
            pages.Concat(examples).Append("schemas").Append("../CONTRIBUTING.md").Order(StringComparer.Ordinal),
            rows.Order(StringComparer.Ordinal));
    }

    /// <summary>A page of the section "How to" has a section that says how to check what was done.</summary>
    [Fact]
    public void Every_how_to_says_how_to_see_that_it_works()
    {
        var contents = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs/README.md"));
        var section = contents.Split("\n## ").Single(section => section.StartsWith("How to\n", StringComparison.Ordinal));
        var pages = ContentsRow().Matches(section).Select(row => row.Groups["to"].Value)
            .Where(to => !to.StartsWith("../", StringComparison.Ordinal)).ToList();
        Assert.True(pages.Count > 10, "the section has lost its pages");
        Assert.All(pages, page => Assert.Contains(
            "## To see that it work", File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", page)), StringComparison.Ordinal));
    }

    /// <summary>A reader sees at once what a page is for: prose stands before the first heading and block.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_begins_with_its_purpose(string page)
    {
        var lines = File.ReadLines(Path.Combine(RepositoryFiles.Root, page)).Where(line => line.Length > 0).Take(2).ToList();
        Assert.StartsWith("# ", lines[0], StringComparison.Ordinal);
        Assert.Matches("^([A-Z*\\[]|`[^`])", lines[1]);
    }

    [Fact]
    public void The_first_page_is_short() =>
        Assert.InRange(File.ReadAllLines(Path.Combine(RepositoryFiles.Root, "README.md")).Length, 1, 150);

    private static (string[] Words, ParseResult Parsed) Parse(string command)
    {
        var words = Word().Matches(command).Select(word => word.Value.Trim('"', '\'')).ToArray();
        return (words, new CommandLine(CommandConsole.OfProcess(), new HostActions()).Build().Parse(words));
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

    [GeneratedRegex("^(#.*\n)*(lists:|tests:|rules: *(#.*)?\n *-|rules: \\[)", RegexOptions.ExplicitCapture)]
    private static partial Regex RuleFile();

    /// <summary>A row of a table whose first cell is a link, and whose second cell is a text.</summary>
    [GeneratedRegex(@"^\| \[[^\]]+\]\((?<to>[^)]+)\) \| [^|]{12,} \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex ContentsRow();

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
