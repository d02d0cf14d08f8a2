using InboundBridge.Commands;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Sources;
using InboundBridge.Demo;
using InboundBridge.Logging;
using InboundBridge.Rules;
using InboundBridge.Rules.Testing;
using InboundBridge.Rules.Yaml;

namespace InboundBridge.Hosting;

/// <summary>The commands that start the appliance.</summary>
internal static class HostCommands
{
    public static HostActions Actions { get; } = new()
    {
        Run = RunAsync,
        Demo = DemoAsync,
        RuleTests = TestAsync,
    };

    private static async Task<int> RunAsync(ConfigurationSource source, CommandConsole console, CancellationToken cancellationToken)
    {
        var problems = new SourceProblems();
        await using var scripts = new ScriptWorkers(console.Time);
        var setup = await ApplianceSetup.LoadAsync(source, scripts, problems, cancellationToken);
        foreach (var problem in problems.Items)
            await console.Error.WriteLineAsync(problem.ToString());
        if (setup is null)
        {
            await console.Error.WriteLineAsync("not started");
            return ExitCode.Failed;
        }
        var options = setup.Options;
        using var provider = new ApplianceLoggerProvider(options.Log.Format, console.Time, Console.OpenStandardOutput());
        provider.Hide(new SecretFilter(setup.Secrets));
        using var logs = LoggerFactory.Create(logging => logging.UseApplianceLog(options.Log, provider));
        return await new ApplianceRun(source, scripts, setup, provider, logs, console.Time).RunAsync();
    }

    private static async Task<RuleTestReport> TestAsync(ConfigurationSource source, ApplianceOptions options, RuleSet rules, CancellationToken cancellationToken)
    {
        await using var scripts = new ScriptWorkers(TimeProvider.System);
        return await new RuleTestRunner(ApplianceSetup.EvaluatorOf(options, scripts), new RuleTestMails(source).Read).RunAsync(rules, cancellationToken);
    }

    private static async Task<int> DemoAsync(bool once, CommandConsole console, CancellationToken cancellationToken)
    {
        using var provider = new ApplianceLoggerProvider(LogFormat.Text, console.Time, Console.OpenStandardError());
        using var logs = LoggerFactory.Create(logging => logging.UseApplianceLog(new LogOptions { Level = LogLevel.Warning }, provider));
        return await new DemoRun(console.Out, logs, console.Time).RunAsync(once);
    }
}
