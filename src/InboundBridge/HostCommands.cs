using System.Security.Cryptography;
using InboundBridge.Commands;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Destinations;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Sources;
using InboundBridge.Demo;
using InboundBridge.Explaining;
using InboundBridge.Hosting;
using InboundBridge.Hosting.Destinations;
using InboundBridge.Hosting.Wiring;
using InboundBridge.Logging;
using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Delivery.Webhook.Signing;
using InboundBridge.MailFlow.Delivery.Webhook.Transport;
using InboundBridge.MailFlow.Reception.Trials;
using InboundBridge.MailFlow.SenderAuthentication.Greylisting;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notes;
using InboundBridge.MailFlow.Spool.Postgres;
using InboundBridge.MailFlow.Spool.Sealing;
using InboundBridge.MailFlow.Spool.Sqlite;
using InboundBridge.MailFlow.TransportSecurity;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Testing;
using InboundBridge.Setup;
using InboundBridge.Terminal;
using InboundBridge.Yaml;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge;

/// <summary>The commands that start the appliance.</summary>
internal static class HostCommands
{
    public static HostActions Actions { get; } = new()
    {
        Run = RunAsync,
        Demo = DemoAsync,
        RuleTests = TestAsync,
        StartChecks = CheckStartAsync,
        RuleChecks = CheckRulesAsync,
        Resolver = static (options, clock) => new ConfiguredResolver(options, clock),
        Explain = ExplainAsync,
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
        using var log = new ApplianceLog(options.Log, console.Time, Console.OpenStandardOutput(), JournalPrefix.IsWanted());
        log.Hide(new SecretFilter(setup.Secrets));
        return await new ApplianceRun(source, scripts, setup, log, console.Time).RunAsync();
    }

    private static async Task CheckStartAsync(
        ConfigurationSource source, ConfigurationOutcome outcome, SourceProblems problems, bool offline,
        CancellationToken cancellationToken)
    {
        if (outcome.Readable is not { } options)
            return;
        StartFiles.Read(options, source, problems);
        var checks = new StartChecks(outcome, options, problems);
        checks.CheckAddresses();
        if (offline)
            return;
        checks.CheckPolicy(checks.ReadCertificates());
        checks.ReadSecureMail();
        checks.TryDestinations();
        checks.TryPorts();
        checks.TrySpool();
        await checks.TryDatabaseAsync(TimeProvider.System, cancellationToken);
    }

    private static async Task CheckRulesAsync(
        ConfigurationOutcome outcome, RuleSet rules, SourceProblems problems, CancellationToken cancellationToken)
    {
        if (outcome.Options is not { } options)
            return;
        await using var scripts = new ScriptWorkers(TimeProvider.System);
        await SetupCheck.WarnAsync(
            options, rules, ApplianceSetup.EvaluatorOf(options, scripts), outcome, problems, cancellationToken);
    }

    private static async Task<RuleTestReport> TestAsync(
        ConfigurationSource source, ApplianceOptions options, RuleSet rules, CancellationToken cancellationToken)
    {
        await using var scripts = new ScriptWorkers(TimeProvider.System);
        await using var requests = new RuleTestRequestMaker(source, options);
        return await requests.RunnerOf(ApplianceSetup.EvaluatorOf(options, scripts)).RunAsync(rules, cancellationToken);
    }

    private static async Task<MailExplanation?> ExplainAsync(
        ConfigurationSource source, TrialMail mail, TimeProvider clock, SourceProblems problems, CancellationToken cancellationToken)
    {
        await using var scripts = new ScriptWorkers(clock);
        if (ApplianceSetup.Read(source, scripts, problems, byHand: true) is not { } setup || problems.HasErrors)
            return null;
        using var connections = new WebhookConnections(clock);
        var webhooks = new WebhookServices
        {
            Connections = connections,
            // Where the appliance has run, its links; else links that nobody takes.
            Links = new LinkSigner(
                setup.Options.Http.PublicUrl,
                await FindLinkKeyAsync(setup.Options, cancellationToken) ?? RandomNumberGenerator.GetBytes(32),
                DeliveryWiring.LinkLifetime, clock),
            Mime = setup.Options.Smtp.Mime,
            SecureMail = setup.SecureMail,
            Clock = clock,
            Version = ProductVersion.Text,
        };
        var resolver = new ConfiguredResolver(setup.Options.Dns, clock);
        // Nothing is sent, so there are no policies to keep.
        var transport = new TransportServices(new NoNotes(), NullLoggerFactory.Instance);
        var targets = new DestinationTargets(resolver, transport, clock, NullLoggerFactory.Instance);
        targets.Create(
            [.. setup.Options.Destinations.Where(destination => DestinationKinds.Of(destination).HasPreview)], webhooks, setup.Transforms);
        var explainer = new MailExplainer(setup.Options, setup.ToPolicy(clock, webhooks, resolver), targets.PreviewAsync, clock)
        {
            Strangers = async (sight, terms, stop) => GreylistPeek.Judge(
                await FindGreylistAsync(setup.Options, [sight.Client, sight.Pair, sight.Triplet], stop), sight, terms, clock.GetUtcNow()),
        };
        return await explainer.ExplainAsync(mail, cancellationToken);
    }

    private static async ValueTask<byte[]?> FindLinkKeyAsync(ApplianceOptions options, CancellationToken cancellationToken) =>
        options.SharedSpool is { } shared
            ? await PostgresBeside.FindLinkKeyAsync(shared, cancellationToken)
            : LinkKey.Read(options.Spool.Path);

    private static async ValueTask<IReadOnlyList<GreylistEntry>> FindGreylistAsync(
        ApplianceOptions options, IReadOnlyList<UInt128> keys, CancellationToken cancellationToken) =>
        options.SharedSpool is { } shared
            ? await PostgresBeside.FindGreylistAsync(shared, keys, cancellationToken)
            : GreylistBeside.Find(options.Spool.Path, keys);

    private static async Task<int> DemoAsync(
        bool once, IReadOnlyList<string> set, CommandConsole console, CancellationToken cancellationToken)
    {
        using var log = new ApplianceLog(new LogOptions { Level = LogLevel.Warning }, console.Time, Console.OpenStandardError());
        return await new DemoRun(console, log.Factory).RunAsync(once, set);
    }
}
