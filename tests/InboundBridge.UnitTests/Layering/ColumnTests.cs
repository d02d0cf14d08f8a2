using System.Text.RegularExpressions;

namespace InboundBridge.UnitTests.Layering;

/// <summary>Lines that a reader sees whole. Lines with a long literal, tables, links and code blocks of pages may be longer.</summary>
public partial class ColumnTests
{
    private const int MostColumns = 140;

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    public void No_line_of_code_is_long(string folder) => Offences.None(RepositoryFiles.SourceFiles(folder).SelectMany(LongCode));

    [Fact]
    public void No_line_of_a_page_is_long() =>
        Offences.None(new[] { "docs", "src", "." }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(RepositoryFiles.Root, folder), "*.md"))
            .SelectMany(LongLines));

    [Fact]
    public void A_literal_may_be_long_and_a_comment_may_not()
    {
        var long140 = new string('a', MostColumns);
        Assert.False(IsLong($"x = \"{long140}\";", CodeText.Of($"x = \"{long140}\";")));
        Assert.True(IsLong($"// {long140}", CodeText.Of($"// {long140}")));
        Assert.True(IsLong($"x = {long140};", CodeText.Of($"x = {long140};")));
        var short70 = new string('a', MostColumns / 2);
        Assert.True(IsLong($"x = \"a\" + {short70} + \"b\" + {short70};", CodeText.Of($"x = \"a\" + {short70} + \"b\" + {short70};")));
    }

    private static IEnumerable<string> LongCode(string file)
    {
        var text = File.ReadAllText(file);
        return text.Split('\n').Zip(CodeText.Of(text).Split('\n'))
            .Select((line, index) => (Line: line.First.TrimEnd('\r'), Code: line.Second, Number: index + 1))
            .Where(line => IsLong(line.Line, line.Code))
            .Select(line => Offence(file, line.Number, line.Line));
    }

    private static string Offence(string file, int number, string line) =>
        $"{Path.GetRelativePath(RepositoryFiles.Root, file)}:{number} has {line.Length} columns, at most {MostColumns}";

    private static bool IsLong(string line, string code) =>
        line.Length > MostColumns && !(line.TrimStart().StartsWith("//", StringComparison.Ordinal)
            ? line.Contains("://", StringComparison.Ordinal)
            : HasLongLiteral(line, code));

    /// <summary>A literal is blank in the code and not in the line.</summary>
    private static bool HasLongLiteral(string line, string code) => LongBlank().Matches(code)
        .Any(blank => !string.IsNullOrWhiteSpace(line.Substring(blank.Index, blank.Length)));

    private static IEnumerable<string> LongLines(string file)
    {
        var isCode = false;
        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
                isCode = !isCode;
            else if (line.Length > MostColumns && !isCode && line[0] != '|' && !line.Contains("](", StringComparison.Ordinal)
                && !line.Contains("://", StringComparison.Ordinal))
                yield return Offence(file, number, line);
        }
    }

    [GeneratedRegex(" {40,}")]
    private static partial Regex LongBlank();
}
