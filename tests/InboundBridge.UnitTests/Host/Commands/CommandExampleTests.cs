using System.CommandLine;
using System.Text.RegularExpressions;
using InboundBridge.Commands;
using InboundBridge.Terminal;
using InboundBridge.UnitTests.Host.Api;
using InboundBridge.UnitTests.Host.Configuration;
using InboundBridge.UnitTests.Rules;

namespace InboundBridge.UnitTests.Host.Commands;

/// <summary>
/// The examples of docs/cli.md: the program takes each line, and a running appliance answers those that are meant for it.
/// </summary>
public partial class CommandExampleTests
{
    /// <summary>Stands for whichever message the reader has.</summary>
    private const string ExampleId = "01kdxb3yw0message0000000000";

    private static readonly string[] Groups = ["messages", "deliveries", "destinations", "rules", "reload"];

    public static TheoryData<string> Examples => [.. Lines()];

    public static TheoryData<string> SendExamples => [.. Lines().Where(line => line.Split(' ')[1] == "send")];

    public static TheoryData<string> ExplainExamples => [.. Lines().Where(line => line.Split(' ')[1] == "explain")];

    public static TheoryData<string> RemoteExamples => [.. Lines().Where(line => Groups.Contains(line.Split(' ')[1]))];

    [Theory]
    [MemberData(nameof(Examples))]
    public void The_program_takes_every_example(string line)
    {
        var parsed = new CommandLine(CommandConsole.OfProcess(), new HostActions()).Build().Parse(Arguments(line));
        Assert.Empty(parsed.Errors.Select(error => error.Message));
        Assert.IsNotType<RootCommand>(parsed.CommandResult.Command);
    }

    [Theory]
    [MemberData(nameof(RemoteExamples))]
    public async Task A_running_appliance_answers_every_example(string line)
    {
        await using var api = await ApiFixture.CreateAsync("  helpdesk: { webhook: { url: \"http://127.0.0.1:9/\" } }");
        var id = await api.SubmitAsync("ticket");
        var folder = Directory.CreateTempSubdirectory("inboundbridge-examples-");
        try
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, "new.yaml"), "rules: [ { name: all, then: [ webhook: other ] } ]\n",
                TestContext.Current.CancellationToken);
            var arguments =
                Arguments(
                    line.Replace(ExampleId, id, StringComparison.Ordinal).Replace("rules.new/", folder.FullName, StringComparison.Ordinal));
            var run = new CommandRun();
            var code =
                await run.RunAsync(
                    HostCommands.Actions with { Connect = _ => new Kept(api.Way) }, [.. arguments, "--server", "http://127.0.0.1:8080"]);
            // 1: nothing answers at the destination that is tested.
            Assert.True(
                code == (line.Contains("destinations test", StringComparison.Ordinal) ? 1 : 0), $"{line}: {code} {run.Error}{run.Out}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The examples go to a server on loopback without TLS, and send fewer mails; all else is as the page says.</summary>
    [Theory]
    [MemberData(nameof(SendExamples))]
    public async Task Every_example_of_send_sends_its_mail(string line)
    {
        using var server = new AcceptingServer();
        using var files = new ExampleFiles();
        var serving = server.ServeAsync("AUTH PLAIN");
        var meant = line.Split(" #")[0].Replace("mx.example.com:25", $"127.0.0.1:{server.Port}", StringComparison.Ordinal)
            .Replace("mx.example.com:587", $"127.0.0.1:{server.Port}", StringComparison.Ordinal)
            .Replace("--tls require", "--tls off", StringComparison.Ordinal)
            .Replace("--ca our-ca.pem", "--tls off", StringComparison.Ordinal)
            .Replace("1000", "3", StringComparison.Ordinal);
        string[] arguments = [.. Arguments(files.Placed(meant))];
        if (!arguments.Contains("--server"))
            arguments = [.. arguments, "--server", $"127.0.0.1:{server.Port}"];
        var run = new CommandRun { AskSecret = _ => "correct horse" };
        Assert.True(await run.RunAsync(arguments) == 0, $"{line}: {run.Error}{run.Out}");
        var said = await serving;
        var recipients = Recipient().Matches(line).Select(each => each.Groups["address"].Value).ToList();
        Assert.All(recipients, recipient => Assert.Contains($"RCPT TO:<{recipient}>", said, StringComparison.Ordinal));
        Assert.Equal(
            line.Contains("--count", StringComparison.Ordinal)
                ? "3 of 3 mails accepted\n" : string.Concat(recipients.Select(recipient => $"{recipient}: 250 OK\n")), run.Out);
        Assert.Equal(line.Contains("--user al", StringComparison.Ordinal), said.Contains("AUTH PLAIN", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(ExplainExamples))]
    public async Task Every_example_of_explain_explains_its_mail(string line)
    {
        await using var api = await ApiFixture.CreateAsync();
        using var files = new ExampleFiles();
        var isRemote = line.Contains("--message", StringComparison.Ordinal);
        var id = isRemote ? await api.SubmitAsync("ticket") : string.Empty;
        string[] arguments =
            [.. Arguments(files.Placed(line.Replace(ExampleId, id, StringComparison.Ordinal))), "--config", files["inboundbridge.yaml"]];
        if (isRemote)
            arguments = [.. arguments, "--server", "http://127.0.0.1:8080"];
        var run = new CommandRun();
        Assert.True(
            await run.RunAsync(HostCommands.Actions with { Connect = _ => new Kept(api.Way) }, arguments) == 0, $"{line}: {run.Error}");
        var shown = line.Contains("--curl", StringComparison.Ordinal) ? "curl -sS" : line.Contains("--json", StringComparison.Ordinal)
            ? "\"recipients\"" : "by rule \"all\"";
        Assert.Contains(shown, run.Out, StringComparison.Ordinal);
    }

    /// <summary>The lines that the page shows for <c>check</c>, each from the source that prints it.</summary>
    [Fact]
    public async Task The_problems_of_check_look_as_on_the_page()
    {
        var shown = Output().Match(Page).Groups["lines"].Value.TrimEnd().Split('\n');
        var configuration = new ConfigurationCase();
        configuration.Environment["INBOUNDBRIDGE__SMTP__LIMITS__ERRORS"] = "many";
        var problems = configuration.Read("domains: [example.com]\nsmtp:\n  listeners: []\n  limits:\n            mesage_size: 1MB\n").Problems.Items;
        var failures = await RuleFixture.RunTestsAsync(RuleFixture.LoadAs("rules/tickets.yaml", """
            rules:
              - { name: new ticket, when: { recipient: support@example.com, subject: Help }, then: [ webhook: helpdesk ] }
              - { name: any, then: [ webhook: inbox ] }
            tests:
              - name: first mail
                mail: { recipient: support@example.com, subject: Other }
                expect: { rule: new ticket }
            """));
        Assert.Equal(3, shown.Length);
        Assert.Contains(shown[0], problems.Select(problem => problem.ToString()));
        Assert.Contains(shown[1], problems.Select(problem => problem.ToString()));
        Assert.Contains(shown[2].TrimEnd('…'), Assert.Single(failures), StringComparison.Ordinal);
    }

    private static string Page => File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs/cli.md"));

    private static IEnumerable<string> Lines()
    {
        return Block().Matches(Page).SelectMany(block => block.Groups["lines"].Value.Split('\n')).Select(line => line.Trim())
            .Where(line => line.StartsWith("inboundbridge ", StringComparison.Ordinal));
    }

    /// <summary>Up to a comment, a pipe or a redirection, as a shell splits it.</summary>
    private static string[] Arguments(string line) =>
        [.. Word().Matches(line.Split(" #")[0].Split(" | ")[0].Split(" > ")[0]).Skip(1).Select(word => word.Value.Trim('"', '\''))];

    [GeneratedRegex("```sh\n(?<lines>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("^```text\n(?<lines>inboundbridge.yaml:.*?)```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Output();

    [GeneratedRegex("--(to|cc) (?<address>\\S+)")]
    private static partial Regex Recipient();

    [GeneratedRegex("\"[^\"]*\"|'[^']*'|\\S+")]
    private static partial Regex Word();

    /// <summary>Outlives the command that uses it.</summary>
    private sealed class Kept(HttpMessageHandler way) : HttpMessageHandler
    {
        private readonly HttpMessageInvoker _way = new(way, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            _way.SendAsync(request, cancellationToken);
    }
}
