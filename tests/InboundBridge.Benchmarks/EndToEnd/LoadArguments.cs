using System.CommandLine;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>The command line's options of every command that puts load on whole systems.</summary>
internal sealed class LoadArguments(int connections)
{
    private readonly Option<int> _rounds = new("--rounds") { Description = "Rounds; each runs every system once, in turn.", DefaultValueFactory = _ => 5 };
    private readonly Option<int> _messages = new("--messages") { Description = "Mails of one run; slow systems get a share.", DefaultValueFactory = _ => 20_000 };
    private readonly Option<int> _connections = new("--connections") { Description = "Parallel SMTP sessions.", DefaultValueFactory = _ => connections };
    private readonly Option<int> _size = new("--size") { Description = "Octets of a mail's body.", DefaultValueFactory = _ => 4096 };
    private readonly Option<int> _rules = new("--rules") { Description = "Rules, of which the last one matches.", DefaultValueFactory = _ => 50 };
    private readonly Option<string> _format = new("--format") { Description = "Webhook format.", DefaultValueFactory = _ => "json" };
    private readonly Option<string> _folder = new("--folder") { Description = "Emptied; where the spools lie: the disk that is measured.", DefaultValueFactory = _ => Path.Combine("artifacts", "benchmark") };
    private readonly Option<string[]> _appliance = Appliance();
    private readonly Option<string[]> _systems = new("--systems") { Description = $"Comma-separated, of: {string.Join(", ", SystemCatalog.All)}.", DefaultValueFactory = _ => [.. SystemCatalog.Default] };
    private readonly Option<bool> _all = new("--all") { Description = "Every system." };
    private readonly Option<int> _warmUp = new("--warm-up") { Description = "Seconds each system runs before it counts: virtual machines compile what is called often anew for a while.", DefaultValueFactory = _ => 20 };
    private readonly Option<string> _markdown = new("--markdown") { Description = "File to write the tables to." };

    public static Option<string[]> Appliance() => new("--appliance")
    {
        Description = "PATH or NAME=PATH of an inboundbridge.dll or executable; several times to compare builds. The one built with this harness if not given.",
        DefaultValueFactory = _ => [],
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _rounds, _messages, _connections, _size, _rules, _format, _folder, _appliance, _systems, _all, _warmUp, _markdown })
            command.Options.Add(option);
    }

    public LoadOptions Read(ParseResult parsed) => new()
    {
        Rounds = parsed.GetValue(_rounds),
        Messages = parsed.GetValue(_messages),
        Connections = parsed.GetValue(_connections),
        Size = parsed.GetValue(_size),
        Rules = parsed.GetValue(_rules),
        Format = parsed.GetValue(_format)!,
        Systems = parsed.GetValue(_all) ? SystemCatalog.All : [.. parsed.GetValue(_systems)!.SelectMany(list => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
        Appliances = ApplianceBuild.Parse(parsed.GetValue(_appliance)!),
        Folder = Path.GetFullPath(parsed.GetValue(_folder)!),
        WarmUp = TimeSpan.FromSeconds(parsed.GetValue(_warmUp)),
        MarkdownFile = parsed.GetValue(_markdown),
    };
}
