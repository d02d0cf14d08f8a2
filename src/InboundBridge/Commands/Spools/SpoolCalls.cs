using System.CommandLine;
using InboundBridge.Commands.Parsing;
using InboundBridge.Configuration;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Moving;
using InboundBridge.MailFlow.Spool.Moving.Format;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Spools;

/// <summary>Shared by the commands on spools: which spool it is, <c>--json</c>, progress, and how faults are printed.</summary>
internal sealed class SpoolCalls(SharedOptions shared, CommandConsole console)
{
    /// <summary>In place of a file: standard input or output.</summary>
    public const string Standard = "-";

    public CommandConsole Console => console;

    public Option<bool> Json { get; } = new("--json") { Description = "Print the counts and problems as JSON." };

    public static Option<string?> KeyFile(string about) =>
        new("--key-file") { Description = about + " Default: FILE.key.", HelpName = "KEY" };

    /// <summary>Runs a command on the spool of the configuration.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> RunAsync(ParseResult arguments, Func<SpoolPlace, Task<int>> run) => GuardAsync(async () =>
    {
        var outcome = ConfigurationReader.Read(shared.Source(arguments));
        if (outcome.Options is { } options)
            return await run(new SpoolPlace(options.Spool, options.SharedSpool));
        foreach (var problem in outcome.Problems.Items.Where(problem => !problem.IsWarning))
            await console.Error.WriteLineAsync(problem.ToString());
        return ExitCode.Usage;
    });

    /// <summary>Runs a command, and prints why it failed.</summary>
    public async Task<int> GuardAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (ExportDamagedException fault)
        {
            return await FailAsync($"the file is damaged: {fault.Message}", ExitCode.Failed);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return await FailAsync(fault.Message, ExitCode.Usage);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return await FailAsync(fault.Message, ExitCode.Failed);
        }
    }

    /// <summary>Shows progress on a terminal; dispose of it before something else is printed.</summary>
    public ProgressLine ShowProgress() => new(console);

    /// <summary>Prints what was counted, and every problem.</summary>
    /// <param name="output">Where the counts go.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> PrintAsync(MoveResult result, ParseResult arguments, TextWriter output)
    {
        if (arguments.GetValue(Json))
            await output.WriteLineAsync(CountReport.ToJson(result).ToJsonString(CommandJson.Indented));
        else
            await CountReport.PrintAsync(result, console with { Out = output });
        foreach (var text in result.Problems.Texts)
            await console.Error.WriteLineAsync(TerminalText.Plain(text));
        if (result.Problems.Count > result.Problems.Texts.Count)
            await console.Error.WriteLineAsync($"{result.Problems.Count} problems in all");
        foreach (var text in result.Remarks)
            await console.Error.WriteLineAsync(TerminalText.Plain(text));
        if (result.Removed > 0)
            await console.Error.WriteLineAsync($"{result.Removed} mails ended while the spool was read, and are not counted");
        return result.Problems.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private async Task<int> FailAsync(string text, int code)
    {
        await console.Error.WriteLineAsync(TerminalText.Plain(text));
        return code;
    }
}
