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

    [Fact]
    public async Task A_second_node_does_not_ask_again_until_the_answer_is_too_old()
    {
        var exchange = new MemoryExchange(_clock);
        await using var nodes = new Nodes(exchange, _clock);
        Assert.Equal(RecipientExists.Yes, await nodes.AskAsync(0, "a@example.com"));
        Assert.Equal(RecipientExists.No, await nodes.AskAsync(0, "gone@example.com"));
        await nodes.WrittenAsync();
        _clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(RecipientExists.Yes, await nodes.AskAsync(1, "A@example.com"));
        Assert.Equal(RecipientExists.No, await nodes.AskAsync(1, "gone@example.com"));
        Assert.Equal([2, 0], nodes.Asked);
        // From now on the second node knows it without the store.
        var calls = exchange.Calls;
        Assert.Equal(RecipientExists.Yes, await nodes.AskAsync(1, "a@example.com"));
        Assert.Equal(calls, exchange.Calls);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(RecipientExists.Yes, await nodes.AskAsync(1, "a@example.com"));
        Assert.Equal([2, 1], nodes.Asked);
    }

    [Fact]
    public async Task An_unknown_answer_is_not_shared_and_answers_of_another_service_are_not_used()
    {
        await using var nodes = new Nodes(new MemoryExchange(_clock), _clock, "http://one.test", "http://two.test");
        nodes.Sources[0].Answer = RecipientAnswer.Unknown("down");
        Assert.Equal(RecipientExists.Unknown, await nodes.AskAsync(0, "a@example.com"));
        nodes.Sources[0].Answer = RecipientAnswer.No;
        Assert.Equal(RecipientExists.No, await nodes.AskAsync(0, "a@example.com"));
        await nodes.WrittenAsync();
        Assert.Equal(RecipientExists.Yes, await nodes.AskAsync(1, "a@example.com"));
        Assert.Equal([2, 1], nodes.Asked);
    }

    [Fact]
    public async Task Without_the_database_each_node_asks_and_leaves_the_database_alone_for_a_while()
    {
        var exchange = new MemoryExchange(_clock) { IsBroken = true };
        await using var nodes = new Nodes(exchange, _clock);
        Assert.Equal(RecipientExists.Yes, await nodes.AskAsync(0, "a@example.com"));
        Assert.Equal(RecipientExists.Yes, await nodes.AskAsync(0, "b@example.com"));
        Assert.Equal(1, exchange.Calls);
        exchange.IsBroken = false;
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(RecipientExists.Yes, await nodes.AskAsync(0, "c@example.com"));
        await nodes.WrittenAsync();
        Assert.Equal(RecipientExists.Yes, await nodes.AskAsync(1, "c@example.com"));
        Assert.Equal([3, 0], nodes.Asked);
    }

    /// <summary>For example a value that the database does not take.</summary>
    [Fact]
    public async Task Whatever_fails_in_the_store_of_answers_the_service_is_asked_instead()
    {
        var exchange = new MemoryExchange(_clock) { IsBroken = true, Fault = new InvalidOperationException("nobody expected this") };
        await using var nodes = new Nodes(exchange, _clock);
        Assert.Equal(RecipientExists.Yes, await nodes.AskAsync(0, "a@example.com"));
        // Keeping the answer fails as well, and the next answers are kept.
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(RecipientExists.Yes, await nodes.AskAsync(0, "b@example.com"));
        exchange.IsBroken = false;
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(RecipientExists.Yes, await nodes.AskAsync(0, "c@example.com"));
        await nodes.WrittenAsync();
        Assert.Equal(RecipientExists.Yes, await nodes.AskAsync(1, "c@example.com"));
        Assert.Equal([3, 0], nodes.Asked);
    }

    /// <summary>127.0.0.1 is another service at each node.</summary>
    [Fact]
    public async Task Answers_of_a_service_on_the_node_itself_are_not_shared()
    {
        await using var answers = new SharedAnswers(new MemoryExchange(_clock), _clock);
        var sources = new[] { new Source(RecipientAnswer.No), new Source(RecipientAnswer.Yes) };
        var nodes = sources.Select(source => new RecipientDirectory(null, [source], TimeSpan.FromMinutes(5), _clock)
        {
            Scope = "http://127.0.0.1:8025/",
            IsLocal = true,
            Shared = answers,
        }).ToList();
        Assert.Equal(RecipientExists.No, (await nodes[0].AskAsync("a@example.com", CancellationToken.None)).Exists);
        await answers.DisposeAsync();
        Assert.Equal(RecipientExists.Yes, (await nodes[1].AskAsync("a@example.com", CancellationToken.None)).Exists);
    }

    /// <summary>Two nodes with a service each, which says yes unless it is told otherwise, or the address is gone.</summary>
    private sealed class Nodes : IAsyncDisposable
    {
        private readonly List<SharedAnswers> _answers = [];
        private readonly List<RecipientDirectory> _directories = [];

        public Nodes(MemoryExchange exchange, TimeProvider clock, params string[] scopes)
        {
            for (var node = 0; node < 2; node++)
            {
                Sources.Add(new Source(RecipientAnswer.Yes));
                _answers.Add(new SharedAnswers(exchange, clock));
                _directories.Add(new RecipientDirectory(null, [Sources[node]], TimeSpan.FromMinutes(5), clock)
                {
                    Scope = scopes.ElementAtOrDefault(node) ?? "http://one.test",
                    Shared = _answers[node],
                });
            }
        }

        public List<Source> Sources { get; } = [];

        public IEnumerable<int> Asked => Sources.Select(source => source.Asked);

        public async Task<RecipientExists> AskAsync(int node, string address)
        {
            if (address.StartsWith("gone", StringComparison.Ordinal))
                Sources[node].Answer = RecipientAnswer.No;
            var answer = await _directories[node].AskAsync(address, CancellationToken.None);
            if (address.StartsWith("gone", StringComparison.Ordinal))
                Sources[node].Answer = RecipientAnswer.Yes;
            return answer.Exists;
        }

        /// <summary>Ends when the store has every answer; it takes no more of this node afterwards.</summary>
        public ValueTask WrittenAsync() => _answers[0].DisposeAsync();

        public async ValueTask DisposeAsync()
        {
            foreach (var answers in _answers)
                await answers.DisposeAsync();
        }
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
