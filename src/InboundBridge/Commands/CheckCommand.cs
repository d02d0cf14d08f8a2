using System.CommandLine;
using InboundBridge.Commands.Parsing;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Sources;
using InboundBridge.Terminal;
using InboundBridge.Yaml;

namespace InboundBridge.Commands;

/// <summary><c>check</c>: reports every problem that would stop the appliance from starting, without starting it.</summary>
internal sealed class CheckCommand(SharedOptions shared, CommandConsole console, HostActions host)
{
    private readonly Option<bool> _print =
        new("--print") { Description = "Print the configuration, file and overrides together. Secrets are left out." };

    private readonly Option<bool> _offline = new("--offline")
    {
        Description = "Check only the files: read no keys, bind no ports, open no spool. For checking on a machine other than the server.",
    };

    public Command Create()
    {
        var command =
            new Command(
                "check",
                "Validates configuration and rules and runs the rules' own tests. Prints every problem as FILE:LINE:COL: error: text (hint).") { _print, _offline };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var offline = arguments.GetValue(_offline);
        var source = shared.Source(arguments) with { HasNoKeys = offline };
        var outcome = ConfigurationReader.Read(source);
        var problems = new SourceProblems();
        problems.AddRange(outcome.Problems.Items);
        if (host.StartChecks is { } start)
            await start(source, outcome, problems, offline, cancellationToken);
        var tested = 0;
        var rules = 0;
        if (outcome.Readable is { } options
            && await new RuleTestRun(source, host).RunAsync(options, path: null, byHand: false, problems, cancellationToken) is { } run)
        {
            problems.AddRange(run.Report.Results.SelectMany(result => result.Failures));
            (rules, tested) = (run.Rules.Rules.Count, run.Report.Results.Count);
            if (!problems.HasErrors && host.RuleChecks is { } look)
                await look(outcome, run.Rules, problems, cancellationToken);
        }
        if (outcome.Readable is { Rules.Shadow: { } shadow } both
            && await new RuleTestRun(source, host).RunAsync(both, shadow, byHand: false, problems, cancellationToken) is { } second)
        {
            problems.AddRange(second.Report.Results.SelectMany(result => result.Failures));
            tested += second.Report.Results.Count;
        }
        // What is printed is a configuration, which other programs read.
        var told = arguments.GetValue(_print) ? console.Error : console.Out;
        foreach (var problem in problems.Items)
            await told.WriteLineAsync(problem.ToString());
        if (arguments.GetValue(_print))
            await console.Out.WriteAsync(outcome.Printed);
        if (problems.HasErrors)
            return ExitCode.Failed;
        await told.WriteLineAsync(
            $"{outcome.Options!.File ?? "built-in defaults"}: ok ({Count(outcome.Options.Destinations.Count, "destination")}, "
            + $"{Count(rules, "rule")} {RulesSource(source, outcome.Options)}, {Count(tested, "test")} passed, "
            + $"version {outcome.Options.Version})");
        return ExitCode.Done;
    }

    /// <summary>Says where the rules were read. Without <c>rules.path</c> that is the folder <c>rules/</c>, if it exists.</summary>
    private static string RulesSource(ConfigurationSource source, ApplianceOptions options)
    {
        var path = options.Rules.Path;
        var shown = Path.GetRelativePath(source.CurrentFolder, path);
        shown = shown.StartsWith("..", StringComparison.Ordinal) ? path : shown;
        return source.Files.FileExists(path) ? $"in {shown}"
            : source.Files.FolderExists(path) ? $"in {Path.TrimEndingDirectorySeparator(shown)}/"
            : $"because there is no {Path.TrimEndingDirectorySeparator(shown)}/ and rules.path names nothing else";
    }

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
