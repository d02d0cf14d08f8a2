using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace InboundBridge.UnitTests.Layering;

/// <summary>docs/dependencies.md lists each package of Directory.Packages.props at its version, and no other.</summary>
public partial class DependencyPageTests
{
    private const string Page = "docs/dependencies.md";
    private const string Packages = "Directory.Packages.props";

    [Fact]
    public void The_page_lists_what_is_used_at_its_version()
    {
        var (used, listed) = (Used(), Listed());
        Offences.None(
            used.Except(listed).Select(package => $"{Page}: a row for {package.Name} {package.Version} is missing")
                .Concat(listed.Except(used).Select(package => $"{Page}: {package.Name} {package.Version} is not what {Packages} says")));
    }

    [Fact]
    public void The_pages_of_the_entrance_lead_to_it() =>
        Assert.All(
            new[] { "README.md", "CONTRIBUTING.md" },
            file => Assert.Contains($"({Page})", File.ReadAllText(Path.Combine(RepositoryFiles.Root, file)), StringComparison.Ordinal));

    private static List<(string Name, string Version)> Used() =>
        [.. XDocument.Load(Path.Combine(RepositoryFiles.Root, Packages)).Descendants("PackageVersion")
            .Select(package => ((string)package.Attribute("Include")!, (string)package.Attribute("Version")!))];

    private static List<(string Name, string Version)> Listed() =>
        [.. Row().Matches(File.ReadAllText(Path.Combine(RepositoryFiles.Root, Page)))
            .Select(row => (row.Groups["name"].Value, row.Groups["version"].Value))];

    [GeneratedRegex(@"^\| `(?<name>[\w.-]+)` \| (?<version>[\w.-]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
