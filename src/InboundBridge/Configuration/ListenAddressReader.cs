using System.Net;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Sections;
using InboundBridge.Configuration.Sources;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration;

/// <summary>
/// Reads only where a running appliance listens. Whoever operates it may not read its secrets, which other keys name, and a mistake in
/// those is no reason not to reach it.
/// </summary>
internal static class ListenAddressReader
{
    private static SectionShape<ListenAddress> Shape =>
        new SectionShape<ListenAddress>("Where the API is.", () => new ListenAddress(new HttpOptions().Listen, IsTls: false, string.Empty))
            .Key("hostname", Scalars.HostName, (where, value) => where with { Hostname = value }, "the server's name")
            .Key("http", Http, (where, value) => where with { Address = value.Address, IsTls = value.IsTls }, "the API");

    private static SectionShape<HttpSection.Listening> Http =>
        new SectionShape<HttpSection.Listening>("The API.", () => new HttpSection.Listening(new HttpOptions().Listen, false))
            .Key("listen", HttpSection.ListenOn, (_, value) => value, "an address");

    /// <summary>Null when the file or one of these keys can't be read; the problems say why.</summary>
    public static ListenAddress? Read(ConfigurationSource source, SourceProblems problems)
    {
        var file = ConfigurationReader.FileToRead(source);
        var fromFile = file is null ? null : ConfigurationReader.ReadFile(file, source, problems);
        if (problems.HasErrors)
            return null;
        var needed = Needed(ConfigurationOverrides.Apply(fromFile, source, problems));
        var tree = new ExpandedTree(needed, new Expansion(source.Environment, source.Files, source.CurrentFolder), problems);
        var reading = new ConfigReading(problems, source.Files, tree, source.CurrentFolder);
        if (!Shape.TryRead(tree.Root, reading, out var where) || problems.HasErrors)
            return null;
        return where.Hostname.Length > 0 ? where : where with { Hostname = source.MachineName.ToLowerInvariant() };
    }

    private static YamlMapping Needed(YamlMapping root)
    {
        var top = Only(root, "hostname", "http");
        return top with { Entries = [.. top.Entries.Select(WithAddressAlone)] };
    }

    private static YamlEntry WithAddressAlone(YamlEntry entry) =>
        entry is { Key.Value: "http", Value: YamlMapping http } ? entry with { Value = Only(http, "listen") } : entry;

    private static YamlMapping Only(YamlMapping mapping, params string[] keys) =>
        mapping with { Entries = [.. mapping.Entries.Where(entry => keys.Contains(entry.Key.Value, StringComparer.Ordinal))] };
}

/// <param name="Hostname">The server's name, for TLS.</param>
internal sealed record ListenAddress(EndPoint Address, bool IsTls, string Hostname);
