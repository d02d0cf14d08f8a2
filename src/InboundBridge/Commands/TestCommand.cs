using System.CommandLine;
using InboundBridge.Commands.Parsing;
using InboundBridge.Configuration;
using InboundBridge.Rules.Testing;
using InboundBridge.Terminal;
using InboundBridge.Yaml;

namespace InboundBridge.Commands;

/// <summary><c>test [PATH]</c>: runs only the tests in rule files.</summary>
internal sealed class TestCommand(SharedOptions shared, CommandConsole console, HostActions host)
{
    private readonly Argument<string?> _path =
        new("PATH") { Description = "A directory of rules, or a single file. Default: the configured rules.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _junit = new("--junit") { Description = "Also write a JUnit report.", HelpName = "FILE" };
    private readonly Option<bool> _coverage =
        new("--coverage") { Description = "Print a line for each rule: the number of tests that it matched, a tab, its name." };

    public Command Create()
    {
        var command = new Command("test", "Runs the rules' own tests.") { _path, _junit, _coverage };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var source = shared.Source(arguments);
        var outcome = ConfigurationReader.Read(source);
        var problems = new SourceProblems();
        problems.AddRange(outcome.Problems.Items.Where(problem => !problem.IsWarning));
        var path = arguments.GetValue(_path) is { } given ? Path.GetFullPath(given, source.CurrentFolder) : null;
        if (path is not null && !source.Files.FileExists(path) && !source.Files.FolderExists(path))
        {
            await console.Error.WriteLineAsync($"there is no file or directory {path}");
            return ExitCode.Usage;
        }
        var run = outcome.Options is { } options
            ? await new RuleTestRun(source, host).RunAsync(options, path, byHand: true, problems, cancellationToken) : null;
        foreach (var problem in problems.Items)
            await console.Out.WriteLineAsync(problem.ToString());
        if (run is not { } done)
            return ExitCode.Failed;
        await ReportAsync(done.Report, arguments);
        return done.Report.Passed ? ExitCode.Done : ExitCode.Failed;
    }

    private async Task ReportAsync(RuleTestReport report, ParseResult arguments)
    {
        foreach (var failure in report.Results.SelectMany(result => result.Failures))
            await console.Out.WriteLineAsync(failure.ToString());
        if (arguments.GetValue(_coverage))
            foreach (var rule in report.Coverage)
                await console.Out.WriteLineAsync($"{rule.Hits}\t{rule.Rule.Name}");
        if (arguments.GetValue(_junit) is { } file)
            await File.WriteAllTextAsync(file, report.ToJUnitXml());
        var passed = report.Results.Count(result => result.Passed);
        await console.Error.WriteLineAsync($"{passed} of {report.Results.Count} tests passed");
    }
}
