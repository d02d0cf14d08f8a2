using System.CommandLine;

namespace InboundBridge.Commands;

/// <summary>Commands of the contract whose feature is not built: they parse, say so, and end with 2.</summary>
internal static class NotYet
{
    public static Command Explain(CommandConsole console) => Create(
        "explain", "What would happen to a mail: replies, each rule with its conditions, the plan, the requests. No side effects.", console,
        new Argument<string>("MAIL.eml"), new Option<string[]>("--to") { HelpName = "ADDRESS" }, new Option<string?>("--from"), new Option<string?>("--client-ip"),
        new Option<string?>("--helo"), new Option<bool>("--json"), new Option<bool>("--curl"));

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
