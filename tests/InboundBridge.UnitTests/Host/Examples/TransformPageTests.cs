using System.Text.RegularExpressions;
using InboundBridge.MailFlow.Delivery.Webhook.Transforming;
using InboundBridge.UnitTests.Host.Commands;

namespace InboundBridge.UnitTests.Host.Examples;

/// <summary>docs/transforms.md: its scripts pass the rule tests beside them, and its limits are those of the code.</summary>
public partial class TransformPageTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs/transforms.md"));

    /// <summary>As a new user does: the page's configuration, a script and the rules that test it, in a fresh folder.</summary>
    [Theory]
    [InlineData(0, "1 test passed")]
    [InlineData(1, "2 tests passed")]
    public async Task Check_takes_each_script_with_its_tests(int number, string passed)
    {
        var (code, printed) = await CheckAsync(Blocks("js")[number], RuleBlocks()[number]);
        Assert.True(code == 0, printed);
        Assert.Contains(passed, printed, StringComparison.Ordinal);
        Assert.DoesNotContain("warning", printed, StringComparison.Ordinal);
    }

    /// <summary>The tests of the page are worth something: with the other script they fail, and say what differs.</summary>
    [Fact]
    public async Task A_failing_test_says_what_differs()
    {
        var (code, printed) = await CheckAsync(Blocks("js")[0], RuleBlocks()[1]);
        Assert.Equal(1, code);
        Assert.Contains(
            "10-rules.yaml:9:32: error: test 'an outage is told': ops@example.com: request to 'chat': body.text: expected "
            + "\"*Outage in &lt;Berlin&gt; &amp; Rome*\\nsince 12:00\", got \"mon@example.net: Outage in <Berlin> & Rome\"",
            printed, StringComparison.Ordinal);
        Assert.Contains("expected that nothing is sent to 'chat', but a request is", printed, StringComparison.Ordinal);
    }

    [Fact]
    public void The_limits_are_those_of_the_table()
    {
        var limits = TransformLimits.Default;
        Assert.Contains($"| the body | {limits.Body / 1024 / 1024} MB;", Text, StringComparison.Ordinal);
        Assert.Contains($"| headers | {limits.Headers}, and {limits.HeaderOctets / 1024} KB together |", Text, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"| the URL | {limits.Url:N0} characters |"), Text, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Printed)> CheckAsync(string script, string rules)
    {
        var folder = Directory.CreateTempSubdirectory("transform-page-").FullName;
        try
        {
            foreach (var (file, text) in new[]
            {
                ("inboundbridge.yaml", $"{Blocks("yaml")[0]}spool: {{ path: {folder}/data }}\n"), ("transforms/chat.js", script),
                ("rules/10-rules.yaml", rules),
            })
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, file))!);
                await File.WriteAllTextAsync(Path.Combine(folder, file), text, TestContext.Current.CancellationToken);
            }
            var check = new CommandRun();
            var code = await check.RunAsync("check", "--offline", "--config", Path.Combine(folder, "inboundbridge.yaml"));
            return (code, check.Out + check.Error);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<string> RuleBlocks() => [.. Blocks("yaml").Where(block => block.StartsWith("rules:", StringComparison.Ordinal))];

    private static List<string> Blocks(string language) =>
        [.. Block().Matches(Text).Where(block => block.Groups["language"].Value == language).Select(block => block.Groups["text"].Value)];

    [GeneratedRegex("^```(?<language>\\w+)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
