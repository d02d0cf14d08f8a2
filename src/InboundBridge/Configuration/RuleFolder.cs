using InboundBridge.Configuration.Sources;
using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.Rules;
using InboundBridge.Rules.Yaml;

namespace InboundBridge.Configuration;

/// <summary>Reads the rules that a configuration points at. Start, reload, <c>check</c>, <c>test</c> and <c>explain</c> all come through here.</summary>
internal sealed class RuleFolder(ConfigurationSource source)
{
    /// <summary>All rule files of the configuration as one set; every problem is reported, null when one of them is an error.</summary>
    public RuleSet? Load(ApplianceOptions options, SourceProblems problems) => Load(options.Rules.Path, options, problems);

    /// <param name="path">A directory whose <c>*.yaml</c> files are read in name order, or one file. Where there is nothing, the set is empty.</param>
    public RuleSet? Load(string path, ApplianceOptions options, SourceProblems problems) =>
        Files(path, problems) is { } files ? Load(files, options, problems) : null;

    /// <summary>What the rules that were loaded hold in secrets.</summary>
    public IReadOnlyCollection<string> Secrets { get; private set; } = [];

    public RuleSetEnvironment EnvironmentOf(ApplianceOptions options) => new()
    {
        Destinations = options.Destinations.ToDictionary(destination => destination.Name, destination => destination.Queue.Kind, StringComparer.Ordinal),
        Domains = options.Domains,
        ReadFile = ReadBeside,
        CheckOption = new DestinationOverrides(source).Check,
        CheckOverrides = (name, json) => options.Destinations.FirstOrDefault(destination => destination.Name == name)?.Webhook is { } webhook
            ? WebhookOptionsValidator.Problems(webhook, json)
            : [],
        DefaultRefusal = options.Rules.Default.Kind switch
        {
            DefaultActionKind.Reject => RuleRefusalKind.Reject,
            DefaultActionKind.Discard => RuleRefusalKind.Discard,
            _ => null,
        },
    };

    private RuleSet? Load(List<RuleFile> files, ApplianceOptions options, SourceProblems problems)
    {
        var overrides = new DestinationOverrides(source);
        var set = RuleSetLoader.Load(files, EnvironmentOf(options) with { CheckOption = overrides.Check }, problems);
        Secrets = [.. Secrets, .. overrides.Secrets];
        overrides.StopGathering();
        return set;
    }

    private List<RuleFile>? Files(string path, SourceProblems problems)
    {
        var files = new List<RuleFile>();
        var unreadable = false;
        foreach (var file in source.Files.FilesBelow(path).Where(file => file == path || IsRuleFile(path, file)))
            if (source.Files.Read(file, out var failure) is { } text)
                files.Add(new RuleFile(Shown(file), text));
            else
            {
                problems.Error(new SourcePosition(Shown(file), 0, 0), $"can't read the rules: {failure}");
                unreadable = true;
            }
        return unreadable ? null : files;
    }

    /// <summary>Directly in the directory: scripts, lists and mails of tests lie below it.</summary>
    private static bool IsRuleFile(string folder, string file) =>
        Path.GetDirectoryName(file) == Path.TrimEndingDirectorySeparator(folder) && Path.GetExtension(file) is ".yaml" or ".yml";

    /// <summary>Short, and clickable in a terminal: relative to the current directory where it lies below it.</summary>
    private string Shown(string file)
    {
        var relative = Path.GetRelativePath(source.CurrentFolder, file);
        return relative.StartsWith("..", StringComparison.Ordinal) ? file : relative;
    }

    private string? ReadBeside(string namingFile, string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(namingFile, source.CurrentFolder)) ?? source.CurrentFolder;
        return source.Files.Read(Path.GetFullPath(path, folder), out _);
    }
}
