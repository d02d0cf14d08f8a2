using System.Text.RegularExpressions;

namespace InboundBridge.UnitTests.Layering;

/// <summary>
/// Text of which only the beginning is kept is cut by <c>InboundBridge.Text/CutText</c>: a length compared and a range taken elsewhere may
/// leave half of a surrogate pair.
/// </summary>
public partial class CutTests
{
    [Fact]
    public void No_text_is_cut_in_another_way() => Offences.None(SourceTree.OfRepository.Files
        .Where(file => file.Folder != "InboundBridge.Text")
        .SelectMany(file => file.Code.Zip(file.Lines).Select((line, index) => (line.First, line.Second, Number: index + 1))
            .Where(line => IsCut(line.First))
            .Select(line => $"src/{file.Path}:{line.Number}: {line.Second.Trim()}")));

    [Theory]
    [InlineData("text.Length <= LongestText ? text : text[..LongestText];", true)]
    [InlineData("text.Length > Longest ? text[..(Longest - 1)] + x : text;", true)]
    [InlineData("this with { Text = Text.Length > 40 ? Text[..40] : Text }", true)]
    [InlineData("CutText.At(text, LongestText)", false)]
    [InlineData("name.Length > 1 && name[^1] == '.' ? name[..^1] : name;", false)]
    [InlineData("span.Length > end ? span[..(int)(end - position)] : span;", false)]
    public void A_cut_is_known_by_its_form(string code, bool isCut) => Assert.Equal(isCut, IsCut(code));

    private static bool IsCut(string code) => Cut().IsMatch(code);

    [GeneratedRegex(@"\b(?<text>\w+)\.Length (<=|>) [^?]+\?.*\b\k<text>\[\.\.(?!\^|\(int\))", RegexOptions.ExplicitCapture)]
    private static partial Regex Cut();
}
