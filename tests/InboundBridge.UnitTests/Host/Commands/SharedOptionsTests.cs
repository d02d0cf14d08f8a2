using System.CommandLine.Parsing;
using InboundBridge.Commands;
using InboundBridge.Commands.Parsing;
using InboundBridge.Terminal;

namespace InboundBridge.UnitTests.Host.Commands;

/// <summary><c>--set</c> and <c>--config</c> are read or refused; no command accepts and ignores them.</summary>
public sealed class SharedOptionsTests
{
    public static TheoryData<string> Commands =>
        [.. CommandLineTests.Leaves(new CommandLine(CommandConsole.OfProcess(), new HostActions()).Build(), string.Empty)];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Each_command_complains_about_a_wrong_override(string path)
    {
        var folder = Directory.CreateTempSubdirectory("inboundbridge-options-");
        try
        {
            var example = CommandExamples.Of(path)!.Replace("rules/", folder.FullName, StringComparison.Ordinal);
            var files = new[] { ("mail.eml", "Subject: x\r\n\r\nx\r\n"), ("inboundbridge.yaml", "hostname: mx.example.com\n") };
            foreach (var (name, text) in files)
            {
                var file = Path.Combine(folder.FullName, name);
                await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
                example = example.Replace(name, file, StringComparison.Ordinal);
            }
            var run = new CommandRun();
            Assert.NotEqual(0, await run.RunAsync([.. CommandLineParser.SplitCommandLine(example), "--set", "http.listen=nonsense"]));
            Assert.True(
                (run.Out + run.Error).Contains("nonsense", StringComparison.Ordinal)
                    || run.Error.Contains("reads no configuration", StringComparison.Ordinal)
                    || run.Error.Contains("so --set would change nothing", StringComparison.Ordinal),
                $"{path}: {run.Out}{run.Error}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("demo|--config|own.yaml", "demo takes no --config: it has a configuration of its own")]
    [InlineData("schema|config|--config|own.yaml", "config takes no --config: it reads no configuration")]
    [InlineData("reload|--server|127.0.0.1:9|--set|a=1", "with --server no configuration is read, so --set would change nothing")]
    [InlineData("send|--to|al@example.com|--server|127.0.0.1:9|-c|x", "with --server no configuration is read, so --config")]
    public async Task What_is_not_read_is_refused_with_the_reason(string arguments, string reason)
    {
        var run = new CommandRun();
        Assert.Equal(2, await run.RunAsync(arguments.Split('|')));
        Assert.StartsWith(reason, run.Error, StringComparison.Ordinal);
    }
}
