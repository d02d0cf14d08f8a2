using InboundBridge.Configuration.Destinations;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Sources;
using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.Rules;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.RuleFiles;

/// <summary>
/// Reads the rules that a configuration points at. Start, reload, <c>check</c>, <c>test</c> and <c>explain</c> all use it.
/// </summary>
internal sealed class RuleFolder(ConfigurationSource source)
{
    private readonly HashSet<string> _named = new(StringComparer.Ordinal);

    /// <summary>
    /// Full paths of the files that the loaded rules name: lists, scripts, mails of
    /// tests. A change of one of them is a change of the rules.
    /// </summary>
    public IReadOnlyCollection<string> Named => _named;

    /// <summary>True for tests and trials, which may give values for facts that nothing supplies.</summary>
    public bool AcceptsUnsupplied { get; init; }

    /// <summary>All rule files of the configuration as one set; every problem is reported, null when one of them is an error.</summary>
    public RuleSet? Load(ApplianceOptions options, SourceProblems problems) => Load(options.Rules.Path, options, problems);

    /// <param name="path">
    /// A directory below which all <c>*.yaml</c> and <c>*.yml</c> files are read in the order of their paths,
    /// or one file. Where there is nothing, the set is empty.
    /// </param>
    public RuleSet? Load(string path, ApplianceOptions options, SourceProblems problems)
    {
        var set = Files(path, options.Rules.Shadow, problems) is { } files
            ? Load(files, options, isLive: path == options.Rules.Path, problems) : null;
        foreach (var test in set?.Tests ?? [])
        {
            if (test.Eml is { } mail)
                _named.Add(FullPath(test.Position.File, mail));
        }
        return set;
    }

    /// <summary>The secrets in the loaded rules.</summary>
    public IReadOnlyCollection<string> Secrets { get; private set; } = [];

    public RuleSetEnvironment EnvironmentOf(ApplianceOptions options) => new()
    {
        Kinds = DestinationKinds.ForRules,
        Destinations =
            options.Destinations.ToDictionary(
                destination => destination.Name, destination => destination.Queue.Kind, StringComparer.Ordinal),
        Domains = options.Domains.Count == 0 ? [] : [.. options.Domains, .. ReturnDomains(options)],
        ReadFile = ReadBeside,
        Unsupplied = FactChecks.Missing(options),
        Words = FactChecks.Words(options),
        AcceptsUnsupplied = AcceptsUnsupplied,
        CheckOption = new RuleOverrides(source).Check,
        CheckOverrides = (name, json) =>
            options.Destinations.FirstOrDefault(each => each.Name == name) is { } destination
                ? DestinationKinds.Of(destination).OverrideProblems(destination, json) : [],
        DefaultRefusal = options.Rules.Default.Kind switch
        {
            DefaultActionKind.Reject => RuleRefusalKind.Reject,
            DefaultActionKind.Discard => RuleRefusalKind.Discard,
            _ => null,
        },
    };

    /// <summary>The domains of rewritten senders (SRS), whose postmaster the rules decide about.</summary>
    private static IEnumerable<string> ReturnDomains(ApplianceOptions options) =>
        options.Destinations.Select(destination => destination.As<RelayOptions>()?.Srs?.Domain).OfType<string>();

    private RuleSet? Load(List<RuleFile> files, ApplianceOptions options, bool isLive, SourceProblems problems)
    {
        var overrides = new RuleOverrides(source);
        var set = RuleSetLoader.Load(files, EnvironmentOf(options) with { CheckOption = overrides.Check }, problems);
        Secrets = [.. Secrets, .. overrides.Secrets];
        overrides.StopGathering();
        if (isLive && set is { HasScripts: false } && !overrides.ChoosesMode)
            WarnOfSyncKeys(options, problems);
        return set;
    }

    private static void WarnOfSyncKeys(ApplianceOptions options, SourceProblems problems)
    {
        foreach (var destination in options.Destinations.Where(each => DestinationKinds.Of(each).WaitsForSyncInRules(each)))
            problems.Warn(
                new SourcePosition(options.File ?? ConfigurationSource.DefaultFile, 0, 0),
                $"sync_timeout of '{destination.Name}' has no effect: neither the destination nor a rule says mode: sync",
                "mode: sync, or remove sync_timeout");
    }

    private List<RuleFile>? Files(string path, string? shadow, SourceProblems problems)
    {
        var files = new List<RuleFile>();
        var all = source.Files.FilesBelow(path, out var failure);
        if (failure is not null)
            problems.Error(
                new SourcePosition(Shown(path), 0, 0), $"can't read the rules: {failure}",
                "no rules are loaded until all files can be read");
        foreach (var file in all.Where(file => file == path || IsRuleFile(path, file) && !IsOfShadow(path, shadow, file)))
            if (source.Files.Read(file, out var unreadable) is { } text)
                files.Add(new RuleFile(Shown(file), text));
            else
            {
                problems.Error(new SourcePosition(Shown(file), 0, 0), $"can't read the rules: {unreadable}");
                failure ??= unreadable;
            }
        return failure is null ? files : null;
    }

    /// <summary>Scripts, lists and mails of tests may be beside them; names that begin with a dot belong to editors and mounts.</summary>
    private static bool IsRuleFile(string folder, string file) =>
        Path.GetExtension(file) is ".yaml" or ".yml" && Path.GetRelativePath(folder, file).Split('/').All(name => !name.StartsWith('.'));

    /// <summary>The shadow rules may be below the live ones and are not part of them.</summary>
    private static bool IsOfShadow(string path, string? shadow, string file) =>
        shadow is not null && path != shadow
            && (file == shadow || file.StartsWith(Path.TrimEndingDirectorySeparator(shadow) + "/", StringComparison.Ordinal));

    private string Shown(string file) => ShownPath.Of(file, source.CurrentFolder);

    private string? ReadBeside(string namingFile, string path)
    {
        var full = FullPath(namingFile, path);
        _named.Add(full);
        if (source.Files.Read(full, out var failure) is { } text)
            return text;
        return source.Files.FileExists(full) || source.Files.FolderExists(full) ? throw new IOException(failure) : null;
    }

    private string FullPath(string namingFile, string path) =>
        Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(namingFile, source.CurrentFolder)) ?? source.CurrentFolder);
}
