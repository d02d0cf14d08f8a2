using InboundBridge.Configuration;
using InboundBridge.Configuration.Sources;
using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.Routing;
using InboundBridge.Rules;
using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.Testing;
using InboundBridge.Rules.Yaml;

namespace InboundBridge.Hosting;

/// <summary>A configuration with its rules, read, checked and tested together: what a start or a reload needs, and what <c>check</c> makes and throws away.</summary>
internal sealed record ApplianceSetup(ApplianceOptions Options, RuleSet Rules, RuleEvaluator Evaluator, IReadOnlyList<UserEntry> Users, AddressPatterns? Recipients)
{
    /// <summary>Null when something is wrong; the problems say what, rule tests that fail included.</summary>
    public static async Task<ApplianceSetup?> LoadAsync(ConfigurationSource source, ScriptWorkers scripts, SourceProblems problems, CancellationToken cancellationToken)
    {
        if (Read(source, scripts, problems) is not { } setup)
            return null;
        foreach (var rules in new[] { setup.Rules, setup.Shadow?.Rules }.OfType<RuleSet>())
        {
            var report = await new RuleTestRunner(setup.Evaluator, new RuleTestMails(source).Read).RunAsync(rules, cancellationToken);
            problems.AddRange(report.Results.SelectMany(result => result.Failures));
        }
        return problems.HasErrors ? null : setup;
    }

    /// <summary>The same without running the rules' tests; errors of the configuration may be among the problems.</summary>
    public static ApplianceSetup? Read(ConfigurationSource source, ScriptWorkers scripts, SourceProblems problems)
    {
        var outcome = ConfigurationReader.Read(source);
        problems.AddRange(outcome.Problems.Items);
        if (outcome.Readable is not { } options)
            return null;
        var users = options.UsersFile is { } file ? UsersFile.Read(file, source, problems) : [];
        CheckSecrets(options, users, problems);
        var recipients = options.Recipients?.File is { } listed ? ReadRecipients(listed, source, problems) : null;
        var shadow = options.Rules.Shadow is { } second ? new RuleFolder(source).Load(second, options, problems) : null;
        if (new RuleFolder(source).Load(options, problems) is not { } rules)
            return null;
        return new ApplianceSetup(options, rules, EvaluatorOf(options, scripts), users, recipients)
        {
            Secrets = [.. outcome.Secrets, .. users.Select(user => user.Shared?.Reveal()).OfType<string>()],
            Shadow = shadow is null ? null : new ShadowRules(shadow, EvaluatorOf(options, scripts.ForShadow(options.Scripts))),
        };
    }

    /// <summary>The evaluator of a configuration, for mail and for the rules' own tests.</summary>
    public static RuleEvaluator EvaluatorOf(ApplianceOptions options, ScriptWorkers scripts) => EvaluatorOf(options, scripts.For(options.Scripts));

    private static RuleEvaluator EvaluatorOf(ApplianceOptions options, IScriptRunner scripts) =>
        new(scripts, OnScriptError(options.Rules.OnError), options.Rules.OnError == RuleErrorAction.Hold);

    /// <summary>Configuration <c>rules.shadow</c>; null without it.</summary>
    public ShadowRules? Shadow { get; init; }

    /// <summary>What must not turn up in the log.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <param name="webhooks">Scripts see the mail as webhooks do; only what bears on that is used.</param>
    public ReceptionPolicy ToPolicy(TimeProvider clock, WebhookServices webhooks) => new()
    {
        ScriptJson = new ScriptJson(webhooks).Compose,
        Hostname = Options.Hostname,
        Domains = new LocalDomains(Options.Domains),
        Recipients = RecipientSources.Create(Options, Recipients, clock),
        Collect = Users.ToDictionary(user => user.Name, user => new LocalDomains(user.Collect), StringComparer.Ordinal),
        TellsRecipients = Options.Smtp.TellsRecipients,
        Groups = Options.Recipients?.Groups ?? new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase),
        AuthservIds = [.. new[] { Options.Authentication.AuthservId, Options.Hostname, Options.Smtp.Server.Hostname }.Select(id => id.ToLowerInvariant()).Distinct(StringComparer.Ordinal)],
        SendAs = Users.ToDictionary(user => user.Name, user => new AddressPatterns(user.SendAs), StringComparer.Ordinal),
        Mime = Options.Smtp.Mime,
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
        },
    };

    /// <summary>A mechanism that can never succeed would only take passwords' digests from people who mistake their password for wrong.</summary>
    private static void CheckSecrets(ApplianceOptions options, IReadOnlyList<UserEntry> users, SourceProblems problems)
    {
        if (options.UsersFile is not { } file || users.Any(user => user.Shared is not null))
            return;
        foreach (var listener in options.Smtp.Listeners.Where(listener => listener.CramMd5))
            problems.Error(new SourcePosition(file, 0, 0), $"listener '{listener.Name}' offers CRAM-MD5, and no user has a 'secret' to check it against", "secret: the password itself");
    }

    private static AddressPatterns? ReadRecipients(string path, ConfigurationSource source, SourceProblems problems)
    {
        if (source.Files.Read(path, out var failure) is { } text)
            return AddressPatterns.Parse(text);
        problems.Error(new SourcePosition(path, 0, 0), $"can't read the recipients: {failure}");
        return null;
    }

    /// <summary>Null: the engine's own answer, 451.</summary>
    private static RuleRefusal? OnScriptError(RuleErrorAction action) => action switch
    {
        RuleErrorAction.Reject => new RuleRefusal(RuleRefusalKind.Reject, 554, "5.3.5", "Not accepted here"),
        _ => null,
    };
}
