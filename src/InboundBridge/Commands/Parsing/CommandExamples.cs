using System.CommandLine.Parsing;

namespace InboundBridge.Commands.Parsing;

/// <summary>An example of each command, for the message about a command line that can't be carried out.</summary>
internal static class CommandExamples
{
    private const string Id = "01kdxb3yw0message0000000000";

    private static readonly Dictionary<string, string> Arguments = new(StringComparer.Ordinal)
    {
        ["run"] = "--config inboundbridge.yaml",
        ["demo"] = "--once",
        ["check"] = "--config inboundbridge.yaml",
        ["test"] = "rules/ --coverage",
        ["explain"] = "mail.eml --to support@example.com --client-ip 192.0.2.7",
        ["send"] = "--to support@example.com --subject \"It broke\" --text Smoke",
        ["messages list"] = "--since 1d --recipient support",
        ["messages show"] = Id,
        ["messages raw"] = $"{Id} --output mail.eml",
        ["messages trace"] = Id,
        ["messages replay"] = $"{Id} --to helpdesk",
        ["messages delete"] = Id,
        ["deliveries list"] = "--state dead",
        ["deliveries show"] = Id,
        ["deliveries retry"] = "--destination helpdesk --state dead",
        ["deliveries cancel"] = Id,
        ["deliveries release"] = $"{Id} --to helpdesk",
        ["refusals list"] = "--recipient support --since 2h",
        ["destinations list"] = "--json",
        ["destinations pause"] = "helpdesk --reason \"moves to a new machine\"",
        ["destinations resume"] = "helpdesk",
        ["destinations test"] = "helpdesk --event",
        ["nodes list"] = "--json",
        ["rules list"] = "--json",
        ["reload"] = "--server http://127.0.0.1:8080",
        ["events"] = "--kind dead",
        ["schema config"] = string.Empty,
        ["schema rules"] = string.Empty,
        ["hash-password"] = "--generate",
        ["healthcheck"] = "--config inboundbridge.yaml",
        ["init"] = "mail",
        ["import mailgun"] = "routes.json",
        ["import postal"] = "routes.json",
        ["import sendgrid"] = "settings.json",
        ["import ses"] = "rules.json",
        ["import cloudflare"] = "routes.json",
        ["dns"] = "example.com",
        ["spool export"] = "spool.backup",
        ["spool import"] = "spool.backup",
        ["spool verify"] = string.Empty,
        ["spool reopen"] = string.Empty,
    };

    /// <summary>The words after <c>inboundbridge</c>; null for a group of commands.</summary>
    public static string? Of(string path) => Arguments.TryGetValue(path, out var words) ? $"{path} {words}".TrimEnd() : null;

    /// <summary>The command's name after those of its groups; empty for none.</summary>
    public static string PathOf(CommandResult command) => command.Parent is CommandResult parent
        ? $"{PathOf(parent)} {command.Command.Name}".TrimStart() : string.Empty;
}
