using System.CommandLine;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Destinations;
using InboundBridge.Rules.Schemas;
using InboundBridge.Terminal;

namespace InboundBridge.Commands;

/// <summary><c>schema config</c> and <c>schema rules</c>: JSON Schema for editors.</summary>
internal sealed class SchemaCommand(CommandConsole console)
{
    public Command Create()
    {
        var config = new Command("config", "JSON Schema 2020-12 of inboundbridge.yaml.");
        config.SetAction(async (_, _) =>
        {
            await console.Out.WriteAsync(ConfigurationSchema.Write());
            return ExitCode.Done;
        });
        var rules = new Command("rules", "JSON Schema 2020-12 of rule files.");
        rules.SetAction(async (_, _) =>
        {
            await console.Out.WriteAsync(RuleSchema.ToJson(DestinationKinds.ForRules));
            return ExitCode.Done;
        });
        return new Command("schema", "Prints the JSON Schema of a kind of file.") { config, rules };
    }
}
