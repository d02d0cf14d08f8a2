using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>HELP: lists the verbs, or shows the syntax of one.</summary>
internal static class HelpHandler
{
    private static readonly SmtpVerbEntry[] Listed = [.. SmtpVerbs.All.Where(entry => entry.Syntax is not null)];

    private static readonly SmtpReply Overview = SmtpReply.Create(
        214, 0, 0, $"Commands:\n{string.Join(' ', Listed.Select(Name))}\nHELP verb for one of them");

    private static readonly SmtpReply NoHelp = SmtpReply.Create(504, 5, 4, "No help on that", "bad_arguments");

    /// <param name="argument">The verb that the client asks about; empty for all of them.</param>
    public static SmtpReply Reply(string argument)
    {
        if (argument.Length == 0)
            return Overview;
        var entry = Array.Find(Listed, entry => Name(entry).Equals(argument, StringComparison.OrdinalIgnoreCase));
        return entry is null ? NoHelp : SmtpReply.Create(214, 0, 0, $"Syntax: {entry.Syntax}");
    }

    private static string Name(SmtpVerbEntry entry) => SmtpVerbTable.Name(entry.Verb);
}
