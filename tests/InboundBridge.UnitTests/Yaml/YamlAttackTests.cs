using System.Text;
using InboundBridge.UnitTests.Rules;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Yaml;

/// <summary>Hostile or broken YAML: a clear problem, no crash, no memory gone.</summary>
public class YamlAttackTests
{
    [Fact]
    public void An_alias_bomb_is_refused_before_it_is_expanded()
    {
        var yaml = new StringBuilder("a: &a [x, x, x, x, x, x, x, x, x, x]\n");
        for (var letter = 'b'; letter <= 'l'; letter++)
            yaml.AppendLine($"{letter}: &{letter} [{string.Join(", ", Enumerable.Repeat($"*{(char)(letter - 1)}", 10))}]");
        Assert.Contains("aliases stand for too many values", Assert.Single(Read(yaml.ToString())));
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public void Deep_nesting_is_refused(char bracket) => Assert.NotEmpty(Read(new string(bracket, 100_000)));

    [Fact]
    public void Deep_block_nesting_is_refused()
    {
        var yaml = new StringBuilder();
        for (var depth = 0; depth < 3000; depth++)
            yaml.Append(' ', depth).Append("a:\n");
        Assert.Contains("nested more than 64 deep", Assert.Single(Read(yaml.ToString())));
    }

    [Fact]
    public void Deep_dashes_on_one_line_are_refused() => Assert.NotEmpty(Read(string.Concat(Enumerable.Repeat("- ", 50_000)) + "x"));

    [Fact]
    public void A_huge_scalar_is_read_as_one_value_and_shown_cut()
    {
        var problems = RuleFixture.Problems($"rules:\n  - name: {new string('x', 5_000_000)}\n    then: discard\n");
        Assert.Equal("rules.yaml:2:11: error: a name is one line of 1 to 200 characters", Assert.Single(problems));
    }

    [Fact]
    public void An_alias_to_an_anchor_around_it_is_refused() => Assert.NotEmpty(Read("a: &x [*x]"));

    [Fact]
    public void A_file_beyond_the_limit_is_refused_unread() =>
        Assert.Contains("the file is too large", Assert.Single(Read(new string('#', YamlReader.MaximumCharacters + 1))));

    [Fact]
    public void A_second_document_is_refused() =>
        Assert.Contains("a second document begins here", Assert.Single(Read("a: 1\n---\nb: 2\n")));

    [Theory]
    [InlineData("a: 1\na: 2\n", "f.yaml:2:1: error: 'a' stands here twice (remove one of the two)")]
    [InlineData("a: [1, 2\n", "f.yaml:2:1: error: not valid YAML")]
    [InlineData("a: \"\\x0\"\n", "f.yaml:1:")]
    [InlineData("? [a]\n: b\n", "f.yaml:1:3: error: a key must be a plain name")]
    public void Broken_text_is_named_with_its_place(string yaml, string problem) =>
        Assert.StartsWith(problem, Assert.Single(Read(yaml)), StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_text_never_throws(int seed)
    {
        var random = new Random(seed);
        const string alphabet = "abc:-[]{}&*!|>'\"%@`#,?\n\t 0~\\\u0000\u00e9\ud83d";
        for (var round = 0; round < 3000; round++)
            Read(new string(Enumerable.Range(0, random.Next(60)).Select(_ => alphabet[random.Next(alphabet.Length)]).ToArray()));
    }

    private static List<string> Read(string yaml)
    {
        var problems = new SourceProblems();
        YamlReader.Read(yaml, "f.yaml", problems);
        return [.. problems.Items.Select(problem => problem.ToString())];
    }
}
