using InboundBridge.Configuration.Sources;
using InboundBridge.Rules.Testing;

namespace InboundBridge.Commands;

/// <summary>What the command line starts and others build.</summary>
internal sealed record HostActions
{
    /// <summary>The appliance, until it is told to stop; the exit code.</summary>
    public Func<ConfigurationSource, CommandConsole, CancellationToken, Task<int>>? Run { get; init; }

    /// <summary>The demonstration; true: end when every sample mail arrived.</summary>
    public Func<bool, CommandConsole, CancellationToken, Task<int>>? Demo { get; init; }

    /// <summary>Opens the mails that rule tests name.</summary>
    public Func<ConfigurationSource, RuleTestMailReader>? RuleTestMails { get; init; }
}
