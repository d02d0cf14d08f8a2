using InboundBridge.Mime.Replies;

namespace InboundBridge.UnitTests.Mime.Replies;

public class NewTextTests
{
    private const string Answer = "Yes, let us do that.\n\nOn Monday: the usual place.\nThanks";
    private const string Quote = "> Shall we?\n> Al\n";

    public static TheoryData<string, string> Attributions => ReplyBlocks.Of("attributions.txt");

    public static TheoryData<string, string> WithoutColon => ReplyBlocks.Of("introductions-without-colon.txt");

    public static TheoryData<string> DeviceLines =>
        [.. ReplyBlocks.Text("signatures.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    [Theory]
    [MemberData(nameof(Attributions))]
    public void Text_above_the_quote_is_new(string program, string attribution) =>
        Assert.True(Of($"{Answer}\n\n{attribution}\n\n{Quote}") == Answer, program);

    [Theory]
    [MemberData(nameof(Attributions))]
    public void Text_below_a_marked_quote_is_new(string program, string attribution)
    {
        if (attribution.Contains('\n', StringComparison.Ordinal) && !program.Contains("wrapped", StringComparison.Ordinal))
            return;
        Assert.True(Of($"{attribution}\n{Quote}\n{Answer}\n\n-- \nBo\n") == Answer, program);
    }

    [Theory]
    [MemberData(nameof(WithoutColon))]
    public void An_introduction_without_a_colon_goes_with_the_quote_below_it(string program, string introduction)
    {
        Assert.True(Of($"{Answer}\n\n{introduction}\n\n{Quote}") == Answer, program);
        Assert.True(Of($"{Answer}\n\n{introduction}\n\nNo quote.") == $"{Answer}\n\n{introduction}\n\nNo quote.", program);
    }

    [Theory]
    [MemberData(nameof(Attributions))]
    public void An_unmarked_quote_is_cut_too(string program, string attribution)
    {
        // Without the mark, quotes in an unknown language can't be distinguished from the author's text.
        if (program is "a language that nobody knows" or "ar Gmail" or "ca Gmail" or "pl Apple Mail")
            return;
        Assert.True(
            Of($"{Answer}\n\n{attribution}\n\nShall we?\nAl") == Answer, $"{program}: {Of($"{Answer}\n\n{attribution}\n\nShall we?\nAl")}");
    }

    [Fact]
    public void Answers_between_quotes_are_kept() =>
        Assert.Equal("Yes.\n\nNo.", Of("On 2024-01-05, Al wrote:\n> One?\n\nYes.\n\n> Two?\n\nNo.\n"));

    [Fact]
    public void An_unmarked_quote_below_an_attribution_is_cut() =>
        Assert.Equal("Fine.", Of("Fine.\n\nOn Fri, Jan 5, 2024 at 10:00 AM Al <al@example.com> wrote:\n\nShall we?\n"));

    [Theory]
    [MemberData(nameof(DeviceLines))]
    public void A_telephones_signature_is_cut(string line) => Assert.Equal("Fine.", Of($"Fine.\n\n{line}\n"));

    [Theory]
    [InlineData("He wrote:\nthe best is yet to come")]
    [InlineData("From: here\nit goes on")]
    [InlineData("Sent from my desk to yours, a long letter.\n1\n2\n3\n4\n5\n6")]
    [InlineData("On Monday we meet: bring the plan.\nOn Tuesday not.")]
    [InlineData("The list:\n- one\n- two")]
    public void Plain_sentences_are_not_taken_for_quotes(string text) => Assert.Equal(text, Of(text));

    private static string Of(string text) => NewText.Of(text.AsMemory(), isAnswer: true).ToString();
}
