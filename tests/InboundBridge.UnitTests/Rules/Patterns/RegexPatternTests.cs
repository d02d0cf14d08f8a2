using System.Text.RegularExpressions;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Patterns;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.Rules.Patterns;

public class RegexPatternTests
{
    [Theory]
    [InlineData("^user7@", "user7@", true)]
    [InlineData("^user7+@x", "user", true)]
    [InlineData("^ab?c", "a", true)]
    [InlineData("^ab{0,2}cde", "a", true)]
    [InlineData("^\\[core#\\d+\\]", "[core#", true)]
    [InlineData("ticket-\\d+ is open", " is open", false)]
    [InlineData("a(b|c)def[xyz]g", "def", false)]
    [InlineData("abc|def", "", false)]
    [InlineData("(?i)abc", "", false)]
    [InlineData("(abc)*", "", false)]
    [InlineData("a\\x41bc", "", false)]
    [InlineData("straße", "", false)]
    [InlineData("[a-z-[aeiou]]bcd", "", false)]
    public void The_fixed_part_of_an_expression_is_found(string expression, string text, bool isPrefix) =>
        Assert.Equal(new RegexLiteral(text, isPrefix, false), RegexLiteral.Find(expression, RegexOptions.None));

    [Theory]
    [InlineData("/^user\\d+@/i", "USER12@example.com", true)]
    [InlineData("/^user\\d+@/", "USER12@example.com", false)]
    [InlineData("/kelvin/i", "the \u212Aelvin", true)]
    [InlineData("/^b/m", "a\nb", true)]
    [InlineData("/^b/", "a\nb", false)]
    [InlineData("/a.b/s", "a\nb", true)]
    [InlineData("/a b  c/x", "abc", true)]
    public void Flags_have_their_documented_meaning(string pattern, string text, bool expected)
    {
        var problems = new SourceProblems();
        var compiled = RegexPattern.Compile(pattern, default, 0, problems);
        Assert.Empty(problems.Items);
        Assert.Equal(expected, compiled!.Matches(FactValue.Of(text), new PatternContext()));
    }

    /// <summary>Backtracking would need 2^50 steps.</summary>
    [Fact]
    public void A_pattern_that_explodes_in_other_engines_takes_linear_time()
    {
        var compiled = RegexPattern.Compile("/^(a+)+$/", default, 0, new SourceProblems());
        Assert.False(compiled!.Matches(FactValue.Of(new string('a', 50_000) + "b"), new PatternContext()));
    }

    [Fact]
    public void The_fixed_part_never_excludes_a_match()
    {
        var random = new Random(7);
        string[] pieces = ["a", "b", "ab", "c?", "a+", "b*", "(a|b)", "[ab]", ".", "\\d", "a{0,2}", "(?:ab)", "x", "1"];
        for (var round = 0; round < 400; round++)
        {
            var expression =
                (random.Next(2) == 0 ? "^" : string.Empty)
                + string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => pieces[random.Next(pieces.Length)]));
            var literal = RegexLiteral.Find(expression, RegexOptions.None);
            var regex = new Regex(expression);
            for (var text = 0; text < 50; text++)
            {
                var tried = new string(Enumerable.Range(0, random.Next(8)).Select(_ => "abx1"[random.Next(4)]).ToArray());
                Assert.False(literal.Excludes(tried) && regex.IsMatch(tried), $"/{expression}/ on '{tried}'");
            }
        }
    }
}
