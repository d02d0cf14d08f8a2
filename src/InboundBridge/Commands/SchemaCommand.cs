using System.CommandLine;
using InboundBridge.Configuration;

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
        var rules = new Command("rules", "JSON Schema 2020-12 of rule files. (Not built yet.)");
        rules.SetAction(async (_, _) =>
        {
            await console.Error.WriteLineAsync("'inboundbridge schema rules' is not built yet in this version.");
            return ExitCode.Usage;
        });
        return new Command("schema", "Prints the JSON Schema of a file.") { config, rules };
    }
}
