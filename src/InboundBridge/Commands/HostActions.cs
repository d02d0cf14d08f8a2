using InboundBridge.Configuration;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Sources;
using InboundBridge.Explaining;
using InboundBridge.MailFlow.Reception.Trials;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Testing;
using InboundBridge.Terminal;
using InboundBridge.Yaml;

namespace InboundBridge.Commands;

/// <summary>What the command line starts and others build.</summary>
internal sealed record HostActions
{
    /// <summary>The appliance, until it is told to stop; the exit code.</summary>
    public Func<ConfigurationSource, CommandConsole, CancellationToken, Task<int>>? Run { get; init; }

    /// <summary>The demonstration; true: end when every sample mail arrived.</summary>
    public Func<bool, CommandConsole, CancellationToken, Task<int>>? Demo { get; init; }

    /// <summary>Runs the tests that stand in rules, scripts and mails in files included.</summary>
    public Func<ConfigurationSource, ApplianceOptions, RuleSet, CancellationToken, Task<RuleTestReport>>? RuleTests { get; init; }

    /// <summary>
    /// What a start would refuse beside the configuration's text: files that it names and, unless the last is set, keys and ports.
    /// </summary>
    public Action<ConfigurationSource, ConfigurationOutcome, SourceProblems, bool>? StartChecks { get; init; }

    /// <summary>What would become of a mail; null when the configuration is wrong, and the problems say how.</summary>
    public Func<ConfigurationSource, TrialMail, TimeProvider, SourceProblems, CancellationToken, Task<MailExplanation?>>?
        Explain
    { get; init; }

    /// <summary>The way to a running appliance, for the commands that ask one; null: over the network.</summary>
    public Func<System.Net.EndPoint, HttpMessageHandler>? Connect { get; init; }
}
