using System.Text.RegularExpressions;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.UnitTests.Layering;

/// <summary>
/// <c>tests/testdata/suites.txt</c>, from public suite to the test classes that read it, is what the tests do and what the folder holds, so
/// that no suite is forgotten and <c>./test</c> knows which classes must have run.
/// </summary>
public partial class PublicSuiteListTests
{
    private const string List = "tests/testdata/suites.txt";
    private const string NotBuiltYet = "not built yet";
    private const string NoSuite = "no suite";

    private static readonly string[] TestProjects = ["tests/InboundBridge.UnitTests", "tests/InboundBridge.ScenarioTests"];

    [Fact]
    public void Each_suite_is_read_by_the_classes_of_its_lines() => Offences.None(Differences(Listed(), Read(TestProjects)));

    [Fact]
    public void Every_folder_of_the_suites_is_listed()
    {
        Assert.SkipUnless(Directory.Exists(Checkout.Suites), $"the public suites are not at {Checkout.Suites}");
        var listed = Listed().Select(line => line.Suite).ToHashSet(StringComparer.Ordinal);
        Offences.None(Directory.GetDirectories(Checkout.Suites)
            .Select(folder => Path.GetFileName(folder))
            .Where(name => !listed.Contains(name))
            .Select(name => $"{List}: a line `{name}: CLASS` is missing; {Checkout.Suites} has that suite"));
    }

    [Fact]
    public void Classes_that_read_suites_have_tests_and_skip_none_of_them() =>
        Offences.None(Listed().Where(line => line.Reader.StartsWith("InboundBridge.UnitTests.", StringComparison.Ordinal))
            .SelectMany(line => Complaints(line.Reader)));

    [Fact]
    public void The_variable_is_read_in_a_single_place()
    {
        var files = TestProjects.SelectMany(RepositoryFiles.SourceFiles)
            .Where(file => Path.GetFileName(file) != "PublicSuiteListTests.cs"
                && File.ReadAllText(file).Contains("CONFORMANCE_SUITES", StringComparison.Ordinal));
        Assert.Equal(["Checkout.cs"], files.Select(file => Path.GetFileName(file)));
    }

    [Theory]
    [InlineData("spf: A", "spf: A", "")]
    [InlineData("spf: A", "", "suites.txt: `spf: A`: that class does not read the suite")]
    [InlineData("", "spf: A", "suites.txt: a line `spf: A` is missing")]
    [InlineData("spf: not built yet", "", "")]
    [InlineData("spf: not built yet", "spf: A", "suites.txt: `spf: not built yet` is no longer true; write `spf: A`")]
    public void A_difference_says_which_line_to_write(string listed, string read, string complaint)
    {
        static List<(string, string)> Lines(string text) =>
            text.Length == 0 ? [] : [(text.Split(": ")[0], text.Split(": ")[1])];
        Assert.Equal(complaint.Length == 0 ? [] : [$"tests/testdata/{complaint}"], Differences(Lines(listed), Lines(read)));
    }

    private static IEnumerable<string> Differences(
        IReadOnlyList<(string Suite, string Reader)> listed, IReadOnlyList<(string Suite, string Reader)> read)
    {
        foreach (var (suite, reader) in listed.Where(line => line.Reader is not (NotBuiltYet or NoSuite)).Except(read))
            yield return $"{List}: `{suite}: {reader}`: that class does not read the suite";
        foreach (var (suite, reader) in read.Except(listed))
            yield return listed.Contains((suite, NotBuiltYet))
                ? $"{List}: `{suite}: {NotBuiltYet}` is no longer true; write `{suite}: {reader}`"
                : $"{List}: a line `{suite}: {reader}` is missing";
    }

    private static List<(string Suite, string Reader)> Listed() =>
        [.. File.ReadLines(Path.Combine(RepositoryFiles.Root, List)).Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(": ", 2)).Select(line => (line[0], line[1]))];

    /// <summary>By the source: each file is one class, named after the file.</summary>
    private static List<(string Suite, string Reader)> Read(IEnumerable<string> folders)
    {
        var read = new HashSet<(string, string)>();
        foreach (var file in folders.SelectMany(RepositoryFiles.SourceFiles))
        {
            var text = File.ReadAllText(file);
            if (Path.GetFileName(file) is "PublicSuites.cs" or "Checkout.cs" or "PublicSuiteListTests.cs" || !Mention().IsMatch(text))
                continue;
            var calls = Call().Matches(text);
            Assert.True(calls.Count == Mention().Count(text), $"{file}: a call must begin with the suite's name as a literal");
            foreach (Match call in calls)
                read.Add((call.Groups["suite"].Value,
                    $"{Namespace().Match(text).Groups["name"].Value}.{Path.GetFileNameWithoutExtension(file)}"));
        }
        return [.. read];
    }

    private static IEnumerable<string> Complaints(string name)
    {
        if (typeof(PublicSuiteListTests).Assembly.GetType(name) is not { } type)
            return [$"{List}: there is no class {name}"];
        var facts = type.GetMethods().SelectMany(method => method.GetCustomAttributes(inherit: true).OfType<FactAttribute>()).ToList();
        if (facts.Count == 0)
            return [$"{List}: {name} has no test"];
        return facts.Exists(fact => (fact.Skip ?? fact.SkipWhen ?? fact.SkipUnless) is not null)
            ? [$"{List}: {name} skips a test; a suite that is there must be read"] : [];
    }

    [GeneratedRegex(@"\b(?:PublicSuites\.\w+\(|Checkout\.Suites\b)")]
    private static partial Regex Mention();

    [GeneratedRegex("""\b(?:PublicSuites\.\w+\(|Checkout\.Suites,)\s*"(?<suite>[\w-]+)(?=[/"])""")]
    private static partial Regex Call();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
