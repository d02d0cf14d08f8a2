using System.CommandLine;
using InboundBridge.Commands.Parsing;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Sources;
using InboundBridge.Terminal;
using InboundBridge.Yaml;

namespace InboundBridge.Commands.Initializing;

/// <summary><c>init</c>: writes a first configuration into a folder, and says what to do next.</summary>
internal sealed class InitCommand(SharedOptions shared, CommandConsole console, HostActions host)
{
    private readonly Argument<string> _folder = new("FOLDER")
    {
        Description = "Where to write. Default: the current directory.",
        Arity = ArgumentArity.ZeroOrOne,
        DefaultValueFactory = _ => ".",
    };

    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Ask nothing: take the defaults, and the options given here." };

    public Command Create()
    {
        var command = new Command(
            "init", "Writes a first configuration, two rules with their tests, a systemd unit and a compose file. It never overwrites a file.")
        {
            _folder,
            _yes,
        };
        foreach (var option in InitQuestions.CreateOptions())
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetResult(shared.Config) is { Implicit: false } || result.GetResult(shared.Set) is { Implicit: false })
                result.AddError("init reads no configuration, so --config and --set say nothing to it: name the folder to write to");
        });
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var current = Directory.GetCurrentDirectory();
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(arguments.GetRequiredValue(_folder), current));
        // It stands in lines of the files that are written.
        if (folder.Any(char.IsControl))
        {
            await console.Error.WriteLineAsync($"the name '{TerminalText.Plain(folder)}' has control characters: name another folder");
            return ExitCode.Usage;
        }
        var takesDefaults = arguments.GetValue(_yes);
        if (!takesDefaults && console.Ask is null)
        {
            await console.Error.WriteLineAsync(
                "standard input is no terminal, so there is nobody to ask: --yes takes the defaults, and options such as --domain, "
                + "--webhook and --certificate say what differs from them");
            return ExitCode.Usage;
        }
        var interview = new InitInterview(console, arguments, takesDefaults);
        if (new InitQuestions(interview, folder, current).Ask() is not { } answers)
        {
            await console.Error.WriteLineAsync(interview.Problem);
            return interview.IsUsage ? ExitCode.Usage : ExitCode.Failed;
        }
        var files = InitFiles.Make(answers);
        if (InitWriter.Existing(folder, files) is { Count: > 0 } existing)
        {
            await console.Error.WriteLineAsync(
                $"{folder} has {string.Join(", ", existing)} already, and init never overwrites: nothing was written. Name another folder, "
                + "or move what is there away");
            return ExitCode.Failed;
        }
        if (!await IsAcceptedAsync(folder, files, cancellationToken))
            return ExitCode.Failed;
        try
        {
            InitWriter.Write(answers, files);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            await console.Error.WriteLineAsync($"not everything could be written to {folder}: {fault.Message}");
            return ExitCode.Failed;
        }
        await console.Out.WriteAsync(new InitReport(answers, current, console.UsesColour).Of(files));
        return ExitCode.Done;
    }

    /// <summary>What is written would pass <c>check</c> and <c>test</c>; otherwise the problems are printed.</summary>
    private async Task<bool> IsAcceptedAsync(string folder, IReadOnlyList<InitFile> files, CancellationToken cancellationToken)
    {
        var source = new ConfigurationSource
        {
            File = Path.Combine(folder, ConfigurationSource.DefaultFile),
            Environment = new Dictionary<string, string>(StringComparer.Ordinal),
            CurrentFolder = folder,
            MachineName = Environment.MachineName,
            Files = new PlannedFiles(folder, files, new DiskConfigurationFiles()),
        };
        var outcome = ConfigurationReader.Read(source);
        var problems = new SourceProblems();
        problems.AddRange(outcome.Problems.Items);
        if (outcome.Options is { } options
            && await new RuleTestRun(source, host).RunAsync(options, path: null, byHand: false, problems, cancellationToken) is { } run)
            problems.AddRange(run.Report.Results.SelectMany(result => result.Failures));
        foreach (var problem in problems.Items.Where(problem => !problem.IsWarning))
            await console.Error.WriteLineAsync(problem.ToString());
        if (problems.HasErrors)
            await console.Error.WriteLineAsync("these answers make a configuration that does not work: nothing was written");
        return !problems.HasErrors;
    }
}
