using InboundBridge.Importing.Reading;
using InboundBridge.Yaml;

namespace InboundBridge.Importing.Providers.Mailgun;

/// <summary>What a route does. A closed union.</summary>
internal abstract record MailgunAction(SourcePosition Position)
{
    private static readonly string[] Functions = ["forward", "store", "stop"];

    /// <param name="Target">A URL or an address, with captures as <c>\1</c> and <c>\g&lt;name&gt;</c>.</param>
    public sealed record Forward(SourcePosition Position, string Target) : MailgunAction(Position);

    /// <param name="Notify">The URL that is told; null for none.</param>
    public sealed record Store(SourcePosition Position, string? Notify) : MailgunAction(Position);

    public sealed record Stop(SourcePosition Position) : MailgunAction(Position);

    /// <exception cref="ExportFault">It is none.</exception>
    public static IEnumerable<MailgunAction> Read(YamlScalar source)
    {
        var tokens = new MailgunTokens(source, "the action");
        var function = tokens.Word();
        if (!Functions.Contains(function, StringComparer.Ordinal))
            throw tokens.Fault($"'{TextShown.Of(function)}' is no action ({NearestName.Hint(function, Functions)})");
        IEnumerable<MailgunAction> actions;
        var hasArguments = tokens.Take('(');
        if (function == "forward")
        {
            if (!hasArguments)
                throw tokens.Fault("'(' is expected");
            // One text may name several targets.
            actions = Targets(tokens).Select(target => new Forward(source.Position, target));
        }
        else if (function == "store")
        {
            actions = [new Store(source.Position, hasArguments ? ReadNotify(tokens) : null)];
        }
        else
        {
            actions = [new Stop(source.Position)];
        }
        if (hasArguments)
            tokens.Need(')');
        return tokens.IsAtEnd ? actions : throw tokens.Fault("nothing may stand behind an action");
    }

    private static List<string> Targets(MailgunTokens tokens)
    {
        var targets = new List<string>();
        do
        {
            targets.AddRange(tokens.Quoted().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        }
        while (tokens.Take(','));
        return targets.Count > 0 ? targets : throw tokens.Fault("forward() needs a URL or an address");
    }

    private static string? ReadNotify(MailgunTokens tokens)
    {
        if (tokens.Next == ')')
            return null;
        if (tokens.TakeWord("notify"))
            tokens.Need('=');
        return tokens.Quoted() is { Length: > 0 } notify ? notify : null;
    }
}
