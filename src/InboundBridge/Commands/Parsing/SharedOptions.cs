using System.CommandLine;
using InboundBridge.Configuration.Sources;

namespace InboundBridge.Commands.Parsing;

/// <summary><c>--config</c> and <c>--set</c>: every command that reads the configuration takes them, before or after its name.</summary>
internal sealed class SharedOptions
{
    public Option<string?> Config { get; } = new("--config", "-c")
    {
        Description = "The configuration. Default: inboundbridge.yaml if it exists, else built-in defaults on loopback.",
        HelpName = "FILE",
        Recursive = true,
    };

    public Option<string[]> Set { get; } = new("--set")
    {
        Description = "Overrides a key of the configuration; may be repeated. Example: --set smtp.limits.message_size=10MB",
        HelpName = "KEY=VALUE",
        Recursive = true,
        DefaultValueFactory = _ => [],
    };

    public ConfigurationSource Source(ParseResult arguments) =>
        ConfigurationSource.OfProcess(arguments.GetValue(Config), arguments.GetValue(Set) ?? []);
}
