using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Destinations;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Sections;
using InboundBridge.Configuration.Sources;
using InboundBridge.MailFlow.Reception.ForgedResults;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration;

/// <summary>
/// Reads file, environment and command line into options, and reports every problem at once. Start, reload and <c>check</c> all use it.
/// </summary>
internal static class ConfigurationReader
{
    private static readonly string[] DomainsToTry = ["localhost", "example.com"];

    public static ConfigurationOutcome Read(ConfigurationSource source)
    {
        var problems = new SourceProblems();
        var file = FileToRead(source);
        var fromFile = file is null ? null : ReadFile(file, source, problems);
        // Otherwise every key of a file that can't be read would be reported as missing.
        if (problems.HasErrors)
            return new ConfigurationOutcome(null, problems, string.Empty);

        var layered = ConfigurationOverrides.Apply(fromFile, source, problems);
        var tree = new ExpandedTree(layered, new Expansion(source.Environment, source.Files, source.CurrentFolder), problems);
        var reading = new ConfigReading(problems, source.Files, tree, source.CurrentFolder) { HasNoKeys = source.HasNoKeys };
        RootSection.Shape.TryRead(tree.Root, reading, out var options);
        if (options is null)
            return new ConfigurationOutcome(null, problems, string.Empty);

        options = Complete(options, file, reading, source);
        ConfigurationCrossChecks.Run(options, reading);
        var scripts = options.Destinations.SelectMany(destination => DestinationKinds.Of(destination).Scripts(destination));
        options = options with { Version = ConfigurationVersion.Of(tree.Root, reading.SecretNodes, options.Rules, scripts, source.Files) };
        return new ConfigurationOutcome(
            problems.HasErrors ? null : options, InOrder(problems), ConfigurationPrinter.Print(tree, reading.SecretNodes))
        {
            Secrets = [.. reading.SecretNodes.OfType<YamlScalar>().Select(secret => secret.Value)],
            Readable = HasAllDestinations(options, reading) ? options : null,
            Places = path => PlaceOf(path, tree, file),
        };
    }

    private static SourcePosition PlaceOf(string[] path, ExpandedTree tree, string? file)
    {
        for (var length = path.Length; length > 0; length--)
        {
            if (tree.Find(path.AsSpan(0, length)) is { } node)
                return node.Position;
        }
        return new SourcePosition(file ?? "built-in defaults", 0, 0);
    }

    /// <summary>In the order of the file; problems of variables and of the command line follow.</summary>
    private static SourceProblems InOrder(SourceProblems problems)
    {
        var ordered = new SourceProblems();
        ordered.AddRange(
            problems.Items.OrderBy(problem => problem.Position.Line == 0).ThenBy(problem => problem.Position.Line)
                .ThenBy(problem => problem.Position.Column));
        return ordered;
    }

    private static bool HasAllDestinations(ApplianceOptions options, ConfigReading reading) =>
        reading.Tree.Find("destinations") is not YamlMapping named || named.Entries.Count == options.Destinations.Count;

    /// <summary>The file that is read; null where there is none.</summary>
    internal static string? FileToRead(ConfigurationSource source)
    {
        if (source.File is not null)
            return source.File;
        return source.Files.FileExists(Path.GetFullPath(ConfigurationSource.DefaultFile, source.CurrentFolder))
            ? ConfigurationSource.DefaultFile : null;
    }

    /// <summary>Null when it can't be read; the problems say why.</summary>
    internal static YamlMapping? ReadFile(string file, ConfigurationSource source, SourceProblems problems)
    {
        var text = source.Files.Read(Path.GetFullPath(file, source.CurrentFolder), out var failure);
        if (text is null)
        {
            problems.Error(new SourcePosition(file, 0, 0), $"can't read the configuration: {failure}");
            return null;
        }
        var node = YamlReader.Read(text, file, problems);
        if (node is null or YamlMapping or YamlScalar { IsNull: true })
            return node as YamlMapping ?? new YamlMapping(new SourcePosition(file, 1, 1), []);
        problems.Error(node.Position, $"expected a mapping of keys, not {node.Describe()}");
        return null;
    }

    /// <summary>Fills in the defaults that depend on other keys or on the machine.</summary>
    private static ApplianceOptions Complete(ApplianceOptions options, string? file, ConfigReading reading, ConfigurationSource source)
    {
        var fullPath = file is null ? null : Path.GetFullPath(file, source.CurrentFolder);
        var folder = Path.GetDirectoryName(fullPath) ?? source.CurrentFolder;
        var hostname = options.Hostname.Length > 0 ? options.Hostname : source.MachineName.ToLowerInvariant();
        var greeting = options.Smtp.Server.Hostname.Length > 0 ? options.Smtp.Server.Hostname : hostname;
        var authservId = options.Authentication.AuthservId.Length > 0 ? options.Authentication.AuthservId : hostname;
        var domains = file is null && reading.Tree.Find("domains") is null ? DomainsToTry : options.Domains;
        return options with
        {
            File = fullPath,
            Hostname = hostname,
            Domains = domains,
            Smtp = options.Smtp with
            {
                Server = options.Smtp.Server with
                {
                    Hostname = greeting,
                    TurnQueue = options.Smtp.TurnQueue && options.Destinations.Any(destination => destination.Queue.TakesTurns),
                },
            },
            Tls = options.Tls.Acme is { Names.Count: 0 } acme
                ? options.Tls with { Acme = acme with { Names = [hostname.ToLowerInvariant()] } } : options.Tls,
            MtaSts = options.MtaSts is { Mx.Count: 0 } policy ? policy with { Mx = [hostname.ToLowerInvariant()] } : options.MtaSts,
            Authentication = options.Authentication with { AuthservId = authservId },
            Rules = options.Rules with
            {
                Path = options.Rules.Path.Length > 0 ? options.Rules.Path : Path.Combine(folder, "rules"),
                Default = file is null && reading.Tree.Find("rules", "default") is null
                    ? new DefaultAction(DefaultActionKind.Hold) : options.Rules.Default,
            },
            Spool = options.Spool.Path.Length > 0 ? options.Spool : options.Spool with { Path = Path.Combine(folder, "data") },
            Destinations =
                [.. options.Destinations.Select(destination => DestinationKinds.Of(destination).Complete(destination, greeting, domains))],
        };
    }
}
