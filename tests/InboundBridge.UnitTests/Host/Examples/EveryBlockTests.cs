using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Acornima;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Host.Examples;

/// <summary>
/// No fenced block escapes: each names a language that tests know. <see cref="EveryPageTests"/> and tests of single pages read the
/// configurations, load the rules and run what can be run; here every block is at least read by something that knows its language.
/// </summary>
public sealed partial class EveryBlockTests
{
    /// <summary><c>text</c> is what a program prints or a peer says; <c>sql</c> and <c>mermaid</c> are for other programs.</summary>
    private static readonly string[] Languages = ["yaml", "json", "js", "sh", "text", "sql", "mermaid"];

    public static TheoryData<string> Pages => [.. PageBlocks.Pages()];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_block_names_its_language(string page) =>
        Assert.Empty(PageBlocks.All(page).Where(block => !Languages.Contains(block.Language))
            .Select(block => $"{page}:{block.Line}: '{block.Language}' is none of {string.Join(' ', Languages)}"));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_yaml_is_read(string page)
    {
        foreach (var (yaml, line) in PageBlocks.Of(page, "yaml"))
        {
            var problems = new SourceProblems();
            YamlReader.Read(new string('\n', line) + yaml, page, problems);
            Assert.Empty(problems.Items);
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_json_is_read(string page)
    {
        foreach (var (json, line) in PageBlocks.Of(page, "json"))
        {
            var problem = Record.Exception(() => JsonDocument.Parse(json).Dispose());
            Assert.True(problem is null, $"{page}:{line}: {problem?.Message}");
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_script_is_JavaScript(string page)
    {
        foreach (var (script, line) in PageBlocks.Of(page, "js"))
        {
            var problem = Record.Exception(() => new Parser().ParseModule(script));
            Assert.True(problem is null, $"{page}:{line}: {problem?.Message}");
        }
    }

    /// <summary>A shell reads each block, without running it, and what it names in the checkout is there.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Every_shell_block_is_read_by_a_shell(string page)
    {
        foreach (var (text, line) in PageBlocks.Of(page, "sh"))
        {
            var shell = Process.Start(new ProcessStartInfo("bash", ["-n"])
            {
                RedirectStandardInput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            })!;
            using (shell)
            {
                await shell.StandardInput.WriteAsync(text);
                shell.StandardInput.Close();
                var problem = await shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
                await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
                Assert.True(shell.ExitCode == 0 && problem.Length == 0, $"{page}:{line}: {problem}");
            }
            foreach (Match path in CheckoutPath().Matches(text))
            {
                var target = Path.Combine(RepositoryFiles.Root, path.Groups["path"].Value);
                var isThere = File.Exists(target) || Directory.Exists(target);
                Assert.True(isThere, $"{page}:{line}: there is no {path.Groups["path"].Value}");
            }
        }
    }

    /// <summary>Words that are paths in the checkout, other than those of build output.</summary>
    [GeneratedRegex(@"(?<=^|\s)(?<path>(\./test|(src|tests|deploy|docs)/(?!\S*/bin/)[A-Za-z0-9./_-]*))(?=\s|$)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex CheckoutPath();
}
