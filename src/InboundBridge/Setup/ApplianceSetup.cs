using InboundBridge.Certificates;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.RuleFiles;
using InboundBridge.Configuration.Sources;
using InboundBridge.MailFlow.Delivery.Webhook.Formats.Native;
using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.Domains;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Reception.ForgedResults;
using InboundBridge.MailFlow.Reception.Recipients;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.SecureMail;
using InboundBridge.MailFlow.SenderAuthentication.Greylisting;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.Testing;
using InboundBridge.Yaml;

namespace InboundBridge.Setup;

/// <summary>
/// A configuration with its rules and the files that it names, read, validated and tested together. A start or a reload puts it in force;
/// <c>check</c> only loads it.
/// </summary>
/// <param name="Evaluator">For live mail: it counts in the metrics.</param>
internal sealed record ApplianceSetup(
    ApplianceOptions Options, RuleSet Rules, RuleEvaluator Evaluator, IReadOnlyList<UserEntry> Users, AddressPatterns? Recipients)
{
    /// <summary>
    /// Reads and validates the configuration, and runs the tests of its rules. Returns null when there is an error; <paramref
    /// name="problems"/> lists every error, failed rule tests included.
    /// </summary>
    /// <param name="before">The setup in force; null at a start.</param>
    public static async Task<ApplianceSetup?> LoadAsync(
        ConfigurationSource source, ScriptWorkers scripts, SourceProblems problems, CancellationToken cancellationToken,
        ApplianceSetup? before = null)
    {
        var outcome = ConfigurationReader.Read(source);
        if (Read(outcome, source, scripts, problems) is not { } setup)
            return null;
        var checks = new StartChecks(outcome, setup.Options, problems);
        setup = setup with { Certificates = checks.ReadCertificates() };
        checks.CheckPolicy(setup.Certificates);
        checks.TryDestinations();
        checks.CheckAddresses();
        EmptiedFiles.Check(before, setup, source, problems);
        var evaluator = EvaluatorOf(setup.Options, scripts);
        await using var requests = new RuleTestRequestMaker(source, setup.Options);
        foreach (var rules in new[] { setup.Rules, setup.Shadow?.Rules }.OfType<RuleSet>())
        {
            var report = await requests.RunnerOf(evaluator).RunAsync(rules, cancellationToken);
            problems.AddRange(report.Results.SelectMany(result => result.Failures));
            if (rules == setup.Rules)
                setup = setup with { Tests = report.Results };
        }
        if (problems.HasErrors)
            return null;
        await SetupCheck.WarnAsync(setup.Options, setup.Rules, setup.SpareEvaluator, outcome, problems, cancellationToken);
        return problems.Items.Count == 0 ? setup : setup with { Warnings = [.. problems.Items.Select(problem => problem.ToString())] };
    }

    /// <summary>
    /// Reads the configuration without running the rules' tests. May return a setup although <paramref name="problems"/> has errors.
    /// </summary>
    /// <param name="byHand">Accepts rules with facts that no check supplies; a trial shows such facts as not known.</param>
    public static ApplianceSetup? Read(ConfigurationSource source, ScriptWorkers scripts, SourceProblems problems, bool byHand = false) =>
        Read(ConfigurationReader.Read(source), source, scripts, problems, byHand);

    private static ApplianceSetup? Read(
        ConfigurationOutcome outcome, ConfigurationSource source, ScriptWorkers scripts, SourceProblems problems, bool byHand = false)
    {
        problems.AddRange(outcome.Problems.Items);
        if (outcome.Readable is not { } options)
            return null;
        var (users, recipients) = StartFiles.Read(options, source, problems);
        var folder = new RuleFolder(source) { AcceptsUnsupplied = byHand };
        var shadow = options.Rules.Shadow is { } second ? folder.Load(second, options, problems) : null;
        if (folder.Load(options, problems) is not { } rules)
            return null;
        var spare = EvaluatorOf(options, scripts.Spare(options.Scripts), metrics: null);
        var live = EvaluatorOf(options, scripts.For(options.Scripts), scripts.RuleMetrics);
        return new ApplianceSetup(options, rules, live, users, recipients)
        {
            NamedFiles = folder.Named,
            Printed = outcome.Printed,
            SecureMail = source.HasNoKeys ? null : new StartChecks(outcome, options, problems).ReadSecureMail(),
            Secrets =
            [
                .. outcome.Secrets, .. folder.Secrets, .. users.Select(user => user.Shared?.Reveal()).OfType<string>(),
                // The connection string is a secret as a whole; its password may also turn up alone.
                .. options.SharedSpool?.Password is { } password ? [password] : Array.Empty<string>(),
            ],
            SpareEvaluator = spare,
            Transforms = scripts.Transforms(options.Scripts),
            Metrics = scripts.Metrics,
            RuleMetrics = scripts.RuleMetrics,
            Shadow = shadow is null ? null : new ShadowRules(shadow, spare),
        };
    }

    /// <summary>An evaluator for the rules' own tests. It counts in no metric, so that tests at a start don't look like mail.</summary>
    public static RuleEvaluator EvaluatorOf(ApplianceOptions options, ScriptWorkers scripts) =>
        EvaluatorOf(options, scripts.For(options.Scripts), metrics: null);

    private static RuleEvaluator EvaluatorOf(ApplianceOptions options, IScriptRunner scripts, RoutingMetrics? metrics) =>
        new(scripts, OnScriptError(options.Rules.OnError), options.Rules.OnError == RuleErrorAction.Hold, metrics);

    /// <summary>For shadow rules and explanations: it has script workers of its own, and counts in no metric.</summary>
    public required RuleEvaluator SpareEvaluator { get; init; }

    /// <summary>Runs the transforms of webhooks, in workers of its own.</summary>
    public required IScriptRunner Transforms { get; init; }

    /// <summary>The registry of the appliance's metrics.</summary>
    public required MetricRegistry Metrics { get; init; }

    /// <summary>The metrics of live rules.</summary>
    public required RoutingMetrics RuleMetrics { get; init; }

    /// <summary>The rules of <c>rules.shadow</c>; null where that key is not set.</summary>
    public ShadowRules? Shadow { get; init; }

    /// <summary>
    /// The TLS certificates. Empty if none is configured; <see cref="Read(ConfigurationSource, ScriptWorkers, SourceProblems, bool)"/>
    /// does not load them.
    /// </summary>
    public CertificateSet Certificates { get; init; } = CertificateSet.Empty;

    /// <summary>The certificates and keys of S/MIME and OpenPGP; null where neither is configured.</summary>
    public SecureMailKeys? SecureMail { get; init; }

    /// <summary>The configuration as YAML, file and overrides together, secrets left out.</summary>
    public string Printed { get; init; } = string.Empty;

    /// <summary>The warnings of its load, as <c>check</c> prints them.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The results of its rules' own tests, which ran when it was loaded.</summary>
    public IReadOnlyList<RuleTestResult> Tests { get; init; } = [];

    /// <summary>Full paths of the lists, scripts and mails that the rules name.</summary>
    public IReadOnlyCollection<string> NamedFiles { get; init; } = [];

    /// <summary>Secrets that the log must never show.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>The policy of reception for this configuration.</summary>
    /// <param name="webhooks">Composes the JSON of a mail, which scripts see.</param>
    /// <param name="resolver">Resolves the names that the checks of the sender look up.</param>
    public ReceptionPolicy ToPolicy(TimeProvider clock, WebhookServices webhooks, IDnsResolver resolver) =>
        ToPolicy(clock, webhooks, resolver, ReturnPaths.Of(Options.Destinations));

    private ReceptionPolicy ToPolicy(
        TimeProvider clock, WebhookServices webhooks, IDnsResolver resolver, RewrittenSenders rewritten) => new()
        {
            Senders = SenderPolicy.ChecksOf(Options, resolver, clock),
            Enforcement = SenderPolicy.EnforcementOf(Options.Authentication),
            Greylist = Options.Authentication.Greylist is { } greylist
            ? new GreylistTerms { Delay = greylist.Delay, Expire = greylist.Expire } : null,
            Scanners = ScanPolicy.ScannersOf(Options.Scanners, SecureMail, clock),
            ScansShown = ScanPolicy.ShownOf(Options.Destinations),
            ScriptJson = new ScriptJson(webhooks).Compose,
            Hostname = Options.Hostname,
            Domains = new LocalDomains(Options.Domains),
            Returned = rewritten,
            Recipients = RecipientSources.Create(Options, Recipients, clock),
            Collect = Users.ToDictionary(user => user.Name, user => new LocalDomains(user.Collect), StringComparer.Ordinal),
            TellsRecipients = Options.Smtp.TellsRecipients,
            Groups = Options.Recipients?.Groups ?? new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase),
            AuthservIds =
            [.. new[] { Options.Authentication.AuthservId, Options.Hostname, Options.Smtp.Server.Hostname }.Select(
                id => id.ToLowerInvariant()).Distinct(StringComparer.Ordinal)],
            SendAs = Users.ToDictionary(user => user.Name, user => new AddressPatterns(user.SendAs), StringComparer.Ordinal),
            Mime = Options.Smtp.Mime,
            Checks = FactChecks.Of(Options, clock),
            Routing = new RoutingPolicy
            {
                Rules = Rules,
                Evaluator = Evaluator,
                Default = Options.Rules.Default switch
                {
                    { Kind: DefaultActionKind.Hold } => new RulesDefault.Hold(),
                    { Kind: DefaultActionKind.Discard } => new RulesDefault.Discard(),
                    { Kind: DefaultActionKind.Deliver, Destination: { } destination } => new RulesDefault.Deliver(destination),
                    _ => new RulesDefault.Reject(),
                },
                ConfigVersion = Options.Version,
                Shadow = Shadow,
                Returned = rewritten.DeliveryFor,
            },
        };

    /// <summary>The refusal after a script error; null for the evaluator's default, 451.</summary>
    private static RuleRefusal? OnScriptError(RuleErrorAction action) => action switch
    {
        RuleErrorAction.Reject => new RuleRefusal(RuleRefusalKind.Reject, 554, "5.3.5", "Not accepted here"),
        _ => null,
    };
}
