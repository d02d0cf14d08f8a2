using System.Net;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Sources;
using InboundBridge.Explaining;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.Reception.Trials;
using InboundBridge.MailFlow.TransportSecurity.MtaSts;
using InboundBridge.Publishing;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Testing;
using InboundBridge.Terminal;
using InboundBridge.Yaml;

namespace InboundBridge.Commands;

/// <summary>Actions that commands start and other folders implement; tests replace them.</summary>
internal sealed record HostActions
{
    /// <summary>Runs the appliance until it is told to stop; returns the exit code.</summary>
    public Func<ConfigurationSource, CommandConsole, CancellationToken, Task<int>>? Run { get; init; }

    /// <summary>
    /// Runs the demonstration. The flag: end when every sample mail has arrived. The texts override keys of its configuration (--set).
    /// Returns the exit code.
    /// </summary>
    public Func<bool, IReadOnlyList<string>, CommandConsole, CancellationToken, Task<int>>? Demo { get; init; }

    /// <summary>Runs the tests in rule files, including those that use scripts or mails from files.</summary>
    public Func<ConfigurationSource, ApplianceOptions, RuleSet, CancellationToken, Task<RuleTestReport>>? RuleTests { get; init; }

    /// <summary>
    /// Checks what the configuration names: its files and, unless the last argument (offline) is set, keys and ports. Adds every problem
    /// that would stop a start.
    /// </summary>
    public Func<ConfigurationSource, ConfigurationOutcome, SourceProblems, bool, CancellationToken, Task>? StartChecks { get; init; }

    /// <summary>Warns of what is valid and perhaps not meant.</summary>
    public Func<ConfigurationOutcome, RuleSet, SourceProblems, CancellationToken, Task>? RuleChecks { get; init; }

    /// <summary>Explains what would happen to a mail; null when the configuration has errors, which are added to the problems.</summary>
    public Func<ConfigurationSource, TrialMail, TimeProvider, SourceProblems, CancellationToken, Task<MailExplanation?>>?
        Explain
    { get; init; }

    /// <summary>Makes the resolver of the configuration.</summary>
    public Func<DnsOptions, TimeProvider, IDnsResolver>? Resolver { get; init; }

    /// <summary>Fetches a domain's MTA-STS policy; null: over HTTPS.</summary>
    public Func<string, CancellationToken, ValueTask<(MtaStsPolicy? Policy, string Problem)>>? FetchPolicy { get; init; }

    /// <summary>Reads the greeting of a mail server; null: over the network.</summary>
    public Func<IPEndPoint, CancellationToken, ValueTask<MailPortAnswer>>? Greet { get; init; }

    /// <summary>Connects to a running appliance; null: over the network (<see cref="Remote.ApplianceConnection"/>).</summary>
    public Func<System.Net.EndPoint, HttpMessageHandler>? Connect { get; init; }
}
