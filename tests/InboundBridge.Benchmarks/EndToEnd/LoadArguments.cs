using System.CommandLine;
using System.CommandLine.Parsing;
using InboundBridge.Benchmarks.Arguments;
using InboundBridge.Benchmarks.Senders;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>The options shared by all commands that put load on whole systems.</summary>
internal sealed class LoadArguments(int connections)
{
    private readonly Option<int> _rounds = Number.Whole("--rounds", "Rounds; each runs every system once, in turn.", 5);
    private readonly Option<int> _messages = Number.Whole("--messages", "Mails of one run; slow systems get a share.", 20_000);
    private readonly Option<int> _connections = Number.Whole("--connections", "Parallel SMTP sessions.", connections, most: 5000);
    private readonly Option<int> _size = Number.Whole("--size", "Octets of a mail's body.", 4096, most: 100 * 1024 * 1024);
    private readonly Option<int> _rules = Number.Whole("--rules", "Rules, of which the last one matches.", 50);
    private readonly Option<string> _format = new("--format") { Description = "Webhook format.", DefaultValueFactory = _ => "json" };
    private readonly Option<string> _folder =
        new("--folder")
        {
            Description = "Emptied; where the spools lie: the disk that is measured.",
            DefaultValueFactory = _ => Path.Combine("artifacts", "benchmark")
        };
    private readonly Option<IReadOnlyList<ApplianceBuild>> _appliance = ApplianceBuild.Option();
    private readonly Option<IReadOnlyList<string>> _systems = new("--systems")
    {
        Description = $"Comma-separated, of: {string.Join(", ", SystemCatalog.WithChecks)}.",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => SystemCatalog.Default,
        CustomParser = Systems,
    };

    private readonly Option<bool> _all = new("--all") { Description = "Every system." };
    private readonly Option<int> _warmUp =
        Number.Whole(
            "--warm-up", "Seconds each system runs before it counts: virtual machines compile what is called often anew for a while.", 40,
            least: 0, most: 3600);
    private readonly Option<int> _quiet = Number.Whole(
        "--quiet",
        $"A run in which others took more per cent of the machine than this is repeated, at most {Rounds.MostAttempts - 1} times; then the quietest counts.", 100, most: 100);

    private readonly Option<bool> _everything = new("--everything")
    {
        Description =
            "The appliance's metrics are scraped, pages of its web UI are open, and one mail in ten reaches a rule with a script.",
    };

    private readonly Option<string> _markdown = new("--markdown") { Description = "File to write the tables to." };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _rounds, _messages, _connections, _size, _rules, _format, _folder, _appliance, _systems, _all,
            _warmUp, _quiet, _everything, _markdown })
            command.Options.Add(option);
    }

    /// <summary>The systems that are named, for other checks of the line.</summary>
    public IReadOnlyList<string> Names(CommandResult result) => result.GetValue(_systems) ?? [];

    /// <summary>The same with checks of who sends; then <c>--all</c> means those that are there only with checks, too.</summary>
    public LoadOptions ReadWith(CheckedSender sender, ParseResult parsed)
    {
        var load = Read(parsed);
        return load with { Sender = sender, Systems = parsed.GetValue(_all) ? SystemCatalog.WithChecks : load.Systems };
    }

    public LoadOptions Read(ParseResult parsed) => new()
    {
        Rounds = parsed.GetValue(_rounds),
        Messages = parsed.GetValue(_messages),
        Connections = parsed.GetValue(_connections),
        Size = parsed.GetValue(_size),
        Rules = parsed.GetValue(_rules),
        Format = parsed.GetValue(_format)!,
        Systems = parsed.GetValue(_all) ? SystemCatalog.All : parsed.GetValue(_systems)!,
        Appliances = parsed.GetValue(_appliance) ?? [ApplianceBuild.Default],
        Everything = parsed.GetValue(_everything),
        Folder = Path.GetFullPath(parsed.GetValue(_folder)!),
        WarmUp = TimeSpan.FromSeconds(parsed.GetValue(_warmUp)),
        Quiet = parsed.GetValue(_quiet) / 100.0,
        MarkdownFile = parsed.GetValue(_markdown),
    };

    /// <summary>Checked before any system is started: a system that is named twice would be compared with itself.</summary>
    private static List<string> Systems(ArgumentResult result)
    {
        var names =
            result.Tokens.SelectMany(
                token => token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToList();
        if (names.FirstOrDefault(name => !SystemCatalog.WithChecks.Contains(name)) is { } unknown)
            result.AddError($"--systems: there is no system {unknown}; there are {string.Join(", ", SystemCatalog.WithChecks)}");
        else if (names.Count == 0)
            result.AddError($"--systems: none is named; there are {string.Join(", ", SystemCatalog.WithChecks)}");
        else if (names.Count > names.Distinct(StringComparer.Ordinal).Count())
            result.AddError("--systems: one is named twice");
        return names;
    }
}
