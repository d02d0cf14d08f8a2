using System.CommandLine;
using System.Text.RegularExpressions;
using InboundBridge.Commands;
using InboundBridge.Terminal;

namespace InboundBridge.UnitTests.Host.Commands;

/// <summary>
/// docs/cli.md names every command and every option, and nothing else. A command has a heading <c>### `messages delete`</c> and
/// below it a table whose rows begin with its options. Options that a group's commands share are below the heading of the
/// group, those that all share below <c>### Every command</c>.
/// </summary>
public partial class CommandDocumentationTests
{
    private const string Shared = "Every command";

    private static readonly Dictionary<string, SortedSet<string>> Documented = Read();

    public static TheoryData<string> Commands => [.. All().Select(entry => entry.Path)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_is_documented_with_its_options(string path)
    {
        var command = All().Single(entry => entry.Path == path).Command;
        Assert.True(Documented.TryGetValue(path, out var documented), $"docs/cli.md: a heading ### `{path}` is missing");
        var options = Own(command);
        Assert.True(
            options.SetEquals(documented),
            $"docs/cli.md, ### `{path}`: its table names {string.Join(' ', documented)}; the command takes {string.Join(' ', options)}");
    }

    [Fact]
    public void No_command_is_documented_that_does_not_exist()
    {
        var paths = All().Select(entry => entry.Path).Append(Shared).ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(Documented.Keys, path => !paths.Contains(path));
        Assert.Equal(Own(Root()), Documented[Shared]);
    }

    /// <summary>Every command that somebody can run or that has options to share; the root is <see cref="Shared"/>.</summary>
    private static IEnumerable<(string Path, Command Command)> All() => Below(Root(), string.Empty);

    private static IEnumerable<(string Path, Command Command)> Below(Command parent, string path)
    {
        foreach (var command in parent.Subcommands.Where(command => !command.Hidden))
        {
            var own = path.Length == 0 ? command.Name : $"{path} {command.Name}";
            if (command.Subcommands.Count == 0 || Own(command).Count > 0)
                yield return (own, command);
            foreach (var below in Below(command, own))
                yield return below;
        }
    }

    private static RootCommand Root() => new CommandLine(CommandConsole.OfProcess(), new HostActions()).Build();

    private static SortedSet<string> Own(Command command) =>
        new(command.Options.Where(option => !option.Hidden && option.Name is not ("--help" or "--version")).Select(option => option.Name),
            StringComparer.Ordinal);

    private static Dictionary<string, SortedSet<string>> Read()
    {
        var found = new Dictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        SortedSet<string>? current = null;
        foreach (var line in File.ReadLines(Path.Combine(RepositoryFiles.Root, "docs/cli.md")))
        {
            if (Heading().Match(line) is { Success: true } heading)
                found[heading.Groups["path"].Value] = current = new SortedSet<string>(StringComparer.Ordinal);
            else if (line.StartsWith('#'))
                current = null;
            else if (Row().Match(line) is { Success: true } row)
                current?.Add(row.Groups["option"].Value);
        }
        return found;
    }

    [GeneratedRegex("^### `?(?<path>[A-Za-z -]+?)`?$")]
    private static partial Regex Heading();

    [GeneratedRegex("^\\| `(?<option>--[a-z-]+)")]
    private static partial Regex Row();
}
