using InboundBridge.Mime.Replies;

namespace InboundBridge.UnitTests.Mime.Replies;

public class NewTextTests
{
    private const string Answer = "Yes, let us do that.\n\nOn Monday: the usual place.\nThanks";
    private const string Quote = "> Shall we?\n> Al\n";

    public static TheoryData<string, string> Attributions
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var block in File.ReadAllText(Folder("attributions.txt")).Split("== ", StringSplitOptions.RemoveEmptyEntries))
            {
                var end = block.IndexOf('\n', StringComparison.Ordinal);
                data.Add(block[..end], block[(end + 1)..].TrimEnd());
            }
            return data;
        }
    }

    public static TheoryData<string> DeviceLines => [.. File.ReadAllLines(Folder("signatures.txt"))];

    [Theory]
    [MemberData(nameof(Attributions))]
    public void What_stands_above_the_quote_is_new(string program, string attribution) =>
        Assert.True(Of($"{Answer}\n\n{attribution}\n\n{Quote}") == Answer, program);

    [Theory]
    [MemberData(nameof(Attributions))]
    public void What_stands_below_a_marked_quote_is_new(string program, string attribution)
    {
        if (attribution.Contains('\n', StringComparison.Ordinal) && !program.Contains("wrapped", StringComparison.Ordinal))
            return;
        Assert.True(Of($"{attribution}\n{Quote}\n{Answer}\n\n-- \nBo\n") == Answer, program);
    }

    [Fact]
    public void Answers_between_quotes_are_kept() =>
        Assert.Equal("Yes.\n\nNo.", Of("On 2024-01-05, Al wrote:\n> One?\n\nYes.\n\n> Two?\n\nNo.\n"));

    [Fact]
    public void An_unmarked_quote_below_an_attribution_is_cut() =>
        Assert.Equal("Fine.", Of("Fine.\n\nOn Fri, Jan 5, 2024 at 10:00 AM Al <al@example.com> wrote:\n\nShall we?\n"));

    [Theory]
    [MemberData(nameof(DeviceLines))]
    public void What_a_telephone_adds_is_cut(string line) => Assert.Equal("Fine.", Of($"Fine.\n\n{line}\n"));

    [Theory]
    [InlineData("He wrote:\nthe best is yet to come")]
    [InlineData("From: here\nit goes on")]
    [InlineData("Sent from my desk to yours, a long letter.\n1\n2\n3\n4\n5\n6")]
    [InlineData("On Monday we meet: bring the plan.\nOn Tuesday not.")]
    [InlineData("The list:\n- one\n- two")]
    public void Plain_sentences_are_not_taken_for_quotes(string text) => Assert.Equal(text, Of(text));

    private static string Folder(string file) => Path.Combine(RepositoryFiles.Root, "tests/testdata/messages/replies", file);

    private static string Of(string text) => NewText.Of(text.AsMemory()).ToString();
}
