using System.CommandLine;
using InboundBridge.Terminal;

namespace InboundBridge.Commands;

/// <summary>Commands whose features are not built yet: they parse their arguments, say so, and exit with 2 (docs/cli.md).</summary>
internal static class NotYet
{
    public static Command Import(CommandConsole console)
    {
        var command = new Command("import", "Turns a provider's exported routes into rules. (Not built yet.)");
        foreach (var provider in new[] { "mailgun", "postal", "sendgrid", "ses", "cloudflare" })
            command.Subcommands.Add(
                Create(
                    provider, $"Reads routes that {provider} exported.", console, "import ",
                    new Argument<string>("FILE") { Description = $"What {provider} exported." }));
        return command;
    }

    private static Command Create(string name, string about, CommandConsole console, string group, params Symbol[] takes)
    {
        var command = new Command(name, about + " (Not built yet.)");
        foreach (var symbol in takes)
            if (symbol is Argument argument)
                command.Arguments.Add(argument);
            else if (symbol is Option option)
                command.Options.Add(option);
        command.SetAction(async (_, _) =>
        {
            await console.Error.WriteLineAsync($"'inboundbridge {group}{name}' is not built yet in this version.");
            return ExitCode.Usage;
        });
        return command;
    }
}
