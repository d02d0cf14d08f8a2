using InboundBridge.MailFlow.Reception.Recipients;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.MailFlow.Reception.Recipients;

/// <summary>Recipients from a list and from callouts, whose answers are cached for a while.</summary>
public class RecipientDirectoryTests
{
    private readonly FakeTimeProvider _clock = new(FakeTime.Start);

    [Theory]
    [InlineData("al@example.com", RecipientExists.Yes)]
    [InlineData("AL@EXAMPLE.COM", RecipientExists.Yes)]
    [InlineData("team-red@example.com", RecipientExists.Yes)]
    [InlineData("a1c@example.org", RecipientExists.Yes)]
    [InlineData("a12c@example.org", RecipientExists.No)]
    [InlineData("Postmaster@example.com", RecipientExists.Yes)]
    [InlineData("bo@example.com", RecipientExists.No)]
    [InlineData("# comment", RecipientExists.No)]
    public async Task A_list_has_addresses_and_patterns(string address, RecipientExists expected)
    {
        var listed = AddressPatterns.Parse("# comment\n\nal@example.com\r\n  team-*@example.com  \na?c@example.org\n");
        Assert.Equal(3, listed.Count);
        var directory = new RecipientDirectory(listed, [], TimeSpan.Zero, _clock);
        Assert.Equal(expected, (await directory.AskAsync(address, CancellationToken.None)).Exists);
    }

    [Theory]
    [InlineData("NN", RecipientExists.No)]
    [InlineData("NY", RecipientExists.Yes)]
    [InlineData("UY", RecipientExists.Yes)]
    [InlineData("UN", RecipientExists.Unknown)]
    [InlineData("NU", RecipientExists.Unknown)]
    public async Task One_yes_is_enough_but_no_needs_every_source(string answers, RecipientExists expected)
    {
        var sources = answers.Select(answer => (IRecipientSource)new Source(
            answer switch { 'Y' => RecipientAnswer.Yes, 'N' => RecipientAnswer.No, _ => RecipientAnswer.Unknown("down") }));
        Assert.Equal(expected, (await new RecipientDirectory(null, [.. sources], TimeSpan.Zero, _clock).AskAsync(
            "a@example.com", CancellationToken.None)).Exists);
    }

    [Fact]
    public async Task An_answer_is_cached_no_longer_than_configured()
    {
        var source = new Source(RecipientAnswer.Yes);
        var directory = new RecipientDirectory(new AddressPatterns(["listed@example.com"]), [source], TimeSpan.FromMinutes(5), _clock);
        await directory.AskAsync("listed@example.com", CancellationToken.None);
        await directory.AskAsync("a@example.com", CancellationToken.None);
        await directory.AskAsync("A@example.com", CancellationToken.None);
        Assert.Equal(1, source.Asked);
        source.Answer = RecipientAnswer.No;
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(RecipientExists.No, (await directory.AskAsync("a@example.com", CancellationToken.None)).Exists);
        Assert.Equal(2, source.Asked);
    }

    [Fact]
    public async Task An_unknown_answer_is_not_cached()
    {
        var source = new Source(RecipientAnswer.Unknown("down"));
        var directory = new RecipientDirectory(null, [source], TimeSpan.FromMinutes(5), _clock);
        Assert.Equal(RecipientExists.Unknown, (await directory.AskAsync("a@example.com", CancellationToken.None)).Exists);
        source.Answer = RecipientAnswer.Yes;
        Assert.Equal(RecipientExists.Yes, (await directory.AskAsync("a@example.com", CancellationToken.None)).Exists);
    }

    private sealed class Source(RecipientAnswer answer) : IRecipientSource
    {
        public RecipientAnswer Answer { get; set; } = answer;

        public int Asked { get; private set; }

        public ValueTask<RecipientAnswer> AskAsync(string address, CancellationToken cancellationToken)
        {
            Asked++;
            return ValueTask.FromResult(Answer);
        }
    }
}
