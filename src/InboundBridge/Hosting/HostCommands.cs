using InboundBridge.Commands;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Sources;
using InboundBridge.Demo;
using InboundBridge.Logging;
using InboundBridge.Rules.Yaml;

namespace InboundBridge.Hosting;

/// <summary>The commands that start the appliance.</summary>
internal static class HostCommands
{
    public static HostActions Actions { get; } = new()
    {
        Run = RunAsync,
        Demo = DemoAsync,
        RuleTestMails = source => new RuleTestMails(source).Read,
    };

    private static async Task<int> RunAsync(ConfigurationSource source, CommandConsole console, CancellationToken cancellationToken)
    {
        var problems = new SourceProblems();
        var setup = await ApplianceSetup.LoadAsync(source, problems, cancellationToken);
        foreach (var problem in problems.Items)
            await console.Error.WriteLineAsync(problem.ToString());
        if (setup is null)
        {
            await console.Error.WriteLineAsync("not started");
            return ExitCode.Failed;
        }
        var options = setup.Options;
        using var provider = new ApplianceLoggerProvider(options.Log.Format, console.Time, Console.OpenStandardOutput());
        using var logs = LoggerFactory.Create(logging => logging.UseApplianceLog(options.Log, provider));
        return await new ApplianceRun(source, setup, logs, console.Time).RunAsync();
    }

    private static async Task<int> DemoAsync(bool once, CommandConsole console, CancellationToken cancellationToken)
    {
        using var provider = new ApplianceLoggerProvider(LogFormat.Text, console.Time, Console.OpenStandardError());
        using var logs = LoggerFactory.Create(logging => logging.UseApplianceLog(new LogOptions { Level = LogLevel.Warning }, provider));
        return await new DemoRun(console.Out, logs, console.Time).RunAsync(once);
    }
}
