using System.Text;
using System.Text.RegularExpressions;
using InboundBridge.UnitTests.Host.Commands;

namespace InboundBridge.UnitTests.Host.Importing;

/// <summary>
/// Exports in <c>tests/testdata/import</c>: <c>NAME.yaml</c> beside one is the rule file that becomes of it, <c>NAME.txt</c> its problems,
/// <c>NAME.tests.yaml</c> what the provider does with some mails (<see cref="ImportDecisionTests"/>). To renew the first two, set
/// INBOUNDBRIDGE_RENEW=1, run these tests, and read the difference.
/// </summary>
public sealed partial class ImportTests : IDisposable
{
    private static readonly string Data = ImportedFolder.Data;

    private readonly ImportedFolder _folder = new();

    public static TheoryData<string> Exports => [.. ImportedFolder.Exports()];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Exports))]
    public async Task An_export_becomes_these_rules_or_has_these_problems(string name)
    {
        var run = new CommandRun();
        var code = await run.RunAsync("import", name.Split('/')[0], Path.Combine(Data, $"{name}.json"));
        var said = run.Error.Replace(Data + "/", string.Empty, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("INBOUNDBRIDGE_RENEW") == "1")
        {
            File.Delete(Path.Combine(Data, $"{name}.yaml"));
            if (code == 0)
                await File.WriteAllTextAsync(Path.Combine(Data, $"{name}.yaml"), run.Out, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(Data, $"{name}.txt"), said, TestContext.Current.CancellationToken);
        }
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Data, $"{name}.txt"), TestContext.Current.CancellationToken), said);
        Assert.DoesNotContain("secret@", said + run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("p%40ss", said + run.Out, StringComparison.Ordinal);
        if (code == 0)
            Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Data, $"{name}.yaml"), TestContext.Current.CancellationToken), run.Out);
        else
            Assert.Equal((1, string.Empty), (code, run.Out));
    }

    [Fact]
    public async Task Standard_input_is_read_and_octets_with_a_mark_too()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Data, "sendgrid/documented.json"), TestContext.Current.CancellationToken);
        var expected = await File.ReadAllTextAsync(Path.Combine(Data, "sendgrid/documented.yaml"), TestContext.Current.CancellationToken);
        var input = new CommandRun { In = text };
        Assert.Equal(0, await input.RunAsync("import", "sendgrid", "-"));
        Assert.Equal(expected, input.Out);
        foreach (var encoding in new Encoding[] { Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode })
        {
            var file = _folder["marked.json"];
            byte[] octets = [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];
            await File.WriteAllBytesAsync(file, octets, TestContext.Current.CancellationToken);
            var run = new CommandRun();
            Assert.Equal(0, await run.RunAsync("import", "sendgrid", file));
            Assert.Equal(expected, run.Out);
        }
    }

    [Fact]
    public async Task A_file_that_is_missing_is_a_wrong_argument()
    {
        var run = new CommandRun();
        Assert.Equal(2, await run.RunAsync("import", "mailgun", _folder["none.json"]));
        Assert.Contains("can't be read", run.Error, StringComparison.Ordinal);
    }

    /// <summary>Where texts of the export could end a comment, close a quote or name a variable, they are text all the same.</summary>
    [Theory]
    [InlineData("a\\nrules: []")]
    [InlineData("a\\u2028b\\u0085c")]
    [InlineData("': { } # \\\" ]")]
    [InlineData("{{x}} ${HOME} {y}")]
    [InlineData("- yes")]
    [InlineData("\\u202egnp.exe")]
    [InlineData("null")]
    [InlineData("2026-01-01")]
    public async Task A_hostile_description_stays_a_name(string description)
    {
        var file = _folder["routes.json"];
        var path = NotInUrls().Replace(description, string.Empty);
        await File.WriteAllTextAsync(file, $$"""
            {"items": [{"description": "{{description}}", "expression": "match_recipient(\"a@example.com\")",
              "actions": ["forward(\"https://app.example.com/{{path}}\")"]}]}
            """, TestContext.Current.CancellationToken);
        var run = new CommandRun();
        Assert.True(await run.RunAsync("import", "mailgun", file) == 0, run.Error);
        var test = new CommandRun();
        var code = await test.RunAsync("check", "--offline", "--config", _folder.Install(run.Out));
        Assert.True(code == 0, test.Out + test.Error + run.Out);
        Assert.Contains("1 rule in", test.Out + test.Error, StringComparison.Ordinal);
    }

    /// <summary>In a rule, braces capture whatever stands there: the rule would take mail for everybody.</summary>
    [Theory]
    [InlineData("cloudflare", """{"result": [{"matchers": [{"type": "literal", "field": "to", "value": "{x}@example.com"}], "actions": [{"type": "drop"}]}]}""")]
    [InlineData("ses", """{"Rules": [{"Name": "x", "Enabled": true, "Recipients": ["{x}@example.com"], "Actions": [{"StopAction": {"Scope": "RuleSet"}}]}]}""")]
    [InlineData("postal", """{"domains": [{"id": 1, "name": "example.com"}], "http_endpoints": [], "smtp_endpoints": [], "address_endpoints": [], "additional_route_endpoints": [], "routes": [{"name": "{x}", "domain_id": 1, "mode": "Reject"}]}""")]
    public async Task An_address_with_braces_becomes_no_capture(string provider, string text)
    {
        var file = _folder["odd.json"];
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        var run = new CommandRun();
        Assert.Equal(1, await run.RunAsync("import", provider, file));
        Assert.Contains("{x}", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]x")]
    [InlineData("{\"items\": [\"\\ud800\"]}")]
    [InlineData("{\"items\": [], \"items\": []}")]
    [InlineData("7")]
    [InlineData("{\"items\": 7}")]
    public async Task What_is_no_export_is_refused_with_its_place(string text)
    {
        var file = _folder["odd.json"];
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        var run = new CommandRun();
        Assert.Equal(1, await run.RunAsync("import", "mailgun", file));
        Assert.Matches(Place(), run.Error);
        Assert.Empty(run.Out);
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public async Task Depth_is_bounded(char bracket)
    {
        var file = _folder["deep.json"];
        await File.WriteAllTextAsync(
            file, bracket == '[' ? new string('[', 1_000_000) : string.Concat(Enumerable.Repeat("{\"a\":", 100_000)),
            TestContext.Current.CancellationToken);
        var run = new CommandRun();
        Assert.Equal(1, await run.RunAsync("import", "ses", file));
        Assert.Contains("not valid JSON", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parentheses_of_an_expression_are_bounded()
    {
        var file = _folder["deep.json"];
        await File.WriteAllTextAsync(
            file, $"{{\"items\": [{{\"expression\": \"{new string('(', 100_000)}\"}}]}}", TestContext.Current.CancellationToken);
        var run = new CommandRun();
        Assert.Equal(1, await run.RunAsync("import", "mailgun", file));
        Assert.Contains("more than 20 levels", run.Error, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\\(n|u[0-9a-f]{4}|"")|[ ,]", RegexOptions.ExplicitCapture)]
    private static partial Regex NotInUrls();

    [GeneratedRegex(@"odd\.json:1:\d+: error: ", RegexOptions.ExplicitCapture)]
    private static partial Regex Place();
}
