using System.CommandLine;
using System.Text.RegularExpressions;
using InboundBridge.Commands;
using InboundBridge.Terminal;
using InboundBridge.UnitTests.Host.Api;

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

    private static IEnumerable<string> Lines()
    {
        var text = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs/cli.md"));
        return Block().Matches(text).SelectMany(block => block.Groups["lines"].Value.Split('\n')).Select(line => line.Trim())
            .Where(line => line.StartsWith("inboundbridge ", StringComparison.Ordinal));
    }

    /// <summary>Up to a comment or a pipe, as a shell splits it.</summary>
    private static string[] Arguments(string line) =>
        [.. Word().Matches(line.Split(" #")[0].Split(" | ")[0]).Skip(1).Select(word => word.Value.Trim('"', '\''))];

    [GeneratedRegex("```sh\n(?<lines>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

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
