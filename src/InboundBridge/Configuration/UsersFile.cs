using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Secrets;
using InboundBridge.Configuration.Sections;
using InboundBridge.Configuration.Sources;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration;

/// <summary>One user of <c>users.file</c>.</summary>
internal sealed record UserEntry
{
    public string Name { get; init; } = string.Empty;

    /// <summary>Made by <c>inboundbridge hash-password</c>.</summary>
    public string Hash { get; init; } = string.Empty;

    /// <summary>The readable password, which CRAM-MD5 (RFC 2195) needs. Null for users without CRAM-MD5.</summary>
    public Secret? Shared { get; init; }

    /// <summary>Addresses and patterns this user may send as.</summary>
    public IReadOnlyList<string> SendAs { get; init; } = [];

    /// <summary>Domains whose queues this user may start or collect (ETRN, ATRN).</summary>
    public IReadOnlyList<string> Collect { get; init; } = [];

    public override string ToString() => Name;
}

/// <summary>Reads <c>users.file</c>: <c>users: [{ name, password, secret, send_as, collect }]</c>.</summary>
internal static class UsersFile
{
    private static readonly SectionShape<UserEntry> User = new SectionShape<UserEntry>("One user.", () => new UserEntry())
        .Required("name", Scalars.Text, (user, value) => user with { Name = value }, "as given to AUTH")
        .Required(
            "password", HttpSection.Hash, (user, value) => user with { Hash = value.Reveal() }, "made by 'inboundbridge hash-password'")
        .Key("secret", Scalars.Secret, (user, value) => user with { Shared = value }, "The password itself, readable: for CRAM-MD5 only.")
        .Key("send_as", new ListShape<string>(Scalars.Text), (user, value) => user with { SendAs = value },
            "Addresses, or patterns such as *@example.com.")
        .Key("collect", new ListShape<string>(Scalars.DomainPattern), (user, value) => user with { Collect = value },
            "Domains whose queue may be started (ETRN) and whose mail may be collected (ATRN).");

    private static readonly SectionShape<IReadOnlyList<UserEntry>> File = new SectionShape<IReadOnlyList<UserEntry>>("Users.", () => [])
        .Required("users", new ListShape<UserEntry>(User), (_, value) => value, "a list of users");

    /// <summary>Empty, with the problems reported, when the file can't be used.</summary>
    public static IReadOnlyList<UserEntry> Read(string path, ConfigurationSource source, SourceProblems problems)
    {
        if (source.Files.Read(path, out var failure) is not { } text)
        {
            problems.Error(new SourcePosition(path, 0, 0), $"can't read the users: {failure}");
            return [];
        }
        if (YamlReader.Read(text, path, problems) is not { } node)
            return [];
        var tree = new ExpandedTree(node, new Expansion(source.Environment, source.Files, source.CurrentFolder), problems);
        var reading = new ConfigReading(problems, source.Files, tree, source.CurrentFolder);
        if (!File.TryRead(tree.Root, reading, out var users))
            return [];
        foreach (var twice in users.GroupBy(user => user.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
            problems.Error(node.Position, $"two users are named '{twice.Key}'");
        return users;
    }
}
