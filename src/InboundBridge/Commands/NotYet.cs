using System.CommandLine;

namespace InboundBridge.Commands;

/// <summary>Commands of the contract whose feature is not built: they parse, say so, and end with 2.</summary>
internal static class NotYet
{
    public static Command Messages(CommandConsole console) => Group("messages", "Messages of a running appliance.", console, "list", "show ID", "raw ID", "replay ID");

    public static Command Deliveries(CommandConsole console) => Group("deliveries", "Deliveries of a running appliance.", console, "list", "retry", "cancel");

    public static Command Destinations(CommandConsole console) =>
        Group("destinations", "Destinations of a running appliance.", console, "list", "pause NAME", "resume NAME", "test NAME");

    public static Command Dns(CommandConsole console) =>
        Create("dns", "The DNS records to publish for a domain, and what is published.", "", console, new Argument<string>("DOMAIN"), new Option<bool>("--json"));

    private static Command Group(string name, string about, CommandConsole console, params string[] commands)
    {
        var group = new Command(name, about);
        foreach (var words in commands.Select(command => command.Split(' ')))
            group.Subcommands.Add(words.Length == 1
                ? Create(words[0], $"{name} {words[0]}", $"{name} ", console, new Option<bool>("--json"))
                : Create(words[0], $"{name} {words[0]}", $"{name} ", console, new Argument<string>(words[1]), new Option<bool>("--json")));
        return group;
    }

    private static Command Create(string name, string about, string group, CommandConsole console, params Symbol[] takes)
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
