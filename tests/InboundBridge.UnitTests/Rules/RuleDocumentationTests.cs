using System.Text.RegularExpressions;
using InboundBridge.Configuration.RuleFiles;
using InboundBridge.Rules;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Loading;
using InboundBridge.UnitTests.Host.Configuration;
using InboundBridge.UnitTests.Rules.Scripting;
using InboundBridge.UnitTests.Rules.Scripting.Workers;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Rules;

/// <summary>
/// Every fenced yaml block of docs/rules.md and docs/rules-cookbook.md is a whole rule file that loads without a doubt and passes its own
/// tests.
/// </summary>
public partial class RuleDocumentationTests
{
    private static string Text => Read("docs/rules.md") + Read("docs/rules-cookbook.md");

    [Theory]
    [InlineData("docs/rules.md")]
    [InlineData("docs/rules-cookbook.md")]
    public async Task Every_example_runs(string page)
    {
        await using var scripts = InProcessWorker.Pool();
        var text = Read(page);
        foreach (Match block in Block().Matches(text))
        {
            var line = text.AsSpan(0, block.Groups["yaml"].Index).Count('\n');
            var problems = new SourceProblems();
            var yaml = new string('\n', line) + block.Groups["yaml"].Value;
            // Examples that the product refuses say so in their first line.
            var environment =
                RuleFixture.Environment(
                    Files) with
                { Unsupplied = FactChecks.Missing(ConfigurationCase.OptionsOf("domains: [example.com]\n")) };
            if (block.Groups["yaml"].Value.StartsWith("# needs checks or scanners that this configuration has switched on", StringComparison.Ordinal))
                environment = environment with { AcceptsUnsupplied = true };
            var set = RuleSetLoader.Load([new RuleFile(page, yaml)], environment, problems);
            Assert.Empty(problems.Items);
            Assert.NotEmpty(set!.Tests);
            Assert.Empty(await RuleFixture.RunTestsAsync(set, scripts));
        }
    }

    [Fact]
    public void Every_condition_pattern_and_action_has_an_example()
    {
        var examples = string.Concat(Block().Matches(Text).Select(block => block.Groups["yaml"].Value));
        var keys =
            ConditionReader.Keys.Concat(ActionReader.KeysWith(RuleFixture.Kinds)).Concat(PatternReader.Operators)
                .Distinct(StringComparer.Ordinal);
        Assert.All(keys, key => Assert.Matches($@"[\s{{\[]{key}(:|,| \]|\n)", examples));
    }

    private static string Read(string page) => File.ReadAllText(Path.Combine(RepositoryFiles.Root, page));

    private static string? Files(string path) => path switch
    {
        "vips.txt" => "# one address or glob a line\nceo@customer.example\n*@bigcorp.example\n",
        "scripts/priority.js" =>
            "var n = message.subject.length;\nif (n > 20) { tag('long'); }\nset('priority', vars.level === 'gold' ? 'high' : 'normal');\nif (message.attachments.length > 3) reject(554, 'too many attachments');\n",
        _ => null,
    };

    [GeneratedRegex("^```yaml\n(?<yaml>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
