using System.CommandLine;

namespace InboundBridge.Commands;

/// <summary>Commands of the contract whose feature is not built: they parse, say so, and end with 2.</summary>
internal static class NotYet
{
    public static Command Dns(CommandConsole console) =>
        Create("dns", "The DNS records to publish for a domain, and what is published.", console, new Argument<string>("DOMAIN"), new Option<bool>("--json"));

    private static Command Create(string name, string about, CommandConsole console, params Symbol[] takes)
    {
        var command = new Command(name, about + " (Not built yet.)");
        foreach (var symbol in takes)
            if (symbol is Argument argument)
                command.Arguments.Add(argument);
            else if (symbol is Option option)
                command.Options.Add(option);
        command.SetAction(async (_, _) =>
        {
            await console.Error.WriteLineAsync($"'inboundbridge {name}' is not built yet in this version.");
            return ExitCode.Usage;
        });
        return command;
    }
}
