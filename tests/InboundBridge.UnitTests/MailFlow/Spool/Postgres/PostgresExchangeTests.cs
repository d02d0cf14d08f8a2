using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Sharing;

namespace InboundBridge.UnitTests.MailFlow.Spool.Postgres;

/// <summary>What two nodes tell each other through the database.</summary>
public sealed class PostgresExchangeTests : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly PostgresStore _store = new();
    private IMailSpool _spool = null!;

    private static CancellationToken None => CancellationToken.None;

    private INodeExchange Here => _spool.Exchange;

    private INodeExchange There => _store.Other.Exchange;

    public async ValueTask InitializeAsync() =>
        _spool = await _store.OpenAsync(new SpoolOptions { Path = "", MinimumFree = 0 }, _clock);

    public async ValueTask DisposeAsync()
    {
        await _spool.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Counts_of_two_nodes_add_up_and_drain()
    {
        Assert.Equal([Minute], await Here.AddCountsAsync([Count("a")], None));
        Assert.Equal([Minute, 2 * Minute], await There.AddCountsAsync([Count("b"), Count("a")], None));
        await _store.AdvanceAsync(_clock, 1.5 * Minute);
        Assert.Equal([1.5 * Minute, Minute], await Here.AddCountsAsync([Count("a"), Count("b")], None));
    }

    [Fact]
    public async Task A_sum_grows_no_further_than_it_may()
    {
        for (var minute = 1; minute <= 7; minute++)
            Assert.Equal([Math.Min(minute, 5) * Minute], await Here.AddCountsAsync([Count("a")], None));
    }

    [Fact]
    public async Task Both_nodes_count_the_same_keys_at_the_same_time()
    {
        NodeCount[] keys = [.. Enumerable.Range(0, 200).Select(key => new NodeCount($"k{key}", TimeSpan.FromSeconds(1), 60 * Minute))];
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async round =>
            await (round % 2 == 0 ? Here : There).AddCountsAsync(round % 3 == 0 ? keys : [.. keys.Reverse()], None)));
        Assert.All(
            await Here.AddCountsAsync([.. keys.Select(key => key with { Drain = TimeSpan.Zero })], None),
            left => Assert.Equal(TimeSpan.FromSeconds(20), left));
    }

    [Fact]
    public async Task A_node_counts_as_a_sharer_for_five_seconds()
    {
        Assert.Equal([1], await Here.CountSharersAsync("here", ["hook"], None));
        Assert.Equal([1, 2], await There.CountSharersAsync("there", ["relay", "hook"], None));
        Assert.Equal([2], await Here.CountSharersAsync("here", ["hook"], None));
        await _store.AdvanceAsync(_clock, TimeSpan.FromSeconds(4));
        Assert.Equal([2], await Here.CountSharersAsync("here", ["hook"], None));
        await _store.AdvanceAsync(_clock, TimeSpan.FromSeconds(1));
        Assert.Equal([1], await Here.CountSharersAsync("here", ["hook"], None));
    }

    [Fact]
    public async Task Answers_are_found_by_the_other_node_until_they_expire()
    {
        Assert.Null(await There.FindAnswerAsync("a@example.com", None));
        await Here.KeepAnswersAsync(Answers(("a@example.com", true), ("b@example.com", false)), None);
        await _store.AdvanceAsync(_clock, Minute / 4);
        Assert.Equal(new NodeAnswer(true, 0.75 * Minute), await There.FindAnswerAsync("a@example.com", None));
        Assert.Equal(new NodeAnswer(false, 0.75 * Minute), await There.FindAnswerAsync("b@example.com", None));
        await There.KeepAnswersAsync(Answers(("a@example.com", false)), None);
        Assert.Equal(new NodeAnswer(false, Minute), await Here.FindAnswerAsync("a@example.com", None));
        await _store.AdvanceAsync(_clock, Minute);
        Assert.Null(await Here.FindAnswerAsync("a@example.com", None));
    }

    /// <summary>Whoever reads the tables learns no address, and what has expired is deleted.</summary>
    [Fact]
    public async Task The_tables_say_nothing_of_people_and_do_not_last()
    {
        const string Rows =
            "SELECT count(*) FROM (SELECT key FROM rates UNION ALL SELECT key FROM answers UNION ALL SELECT node::bytea FROM sharers) r";
        await Here.AddCountsAsync([Count("al@example.com")], None);
        await Here.KeepAnswersAsync(Answers(("al@example.com", true)), None);
        await Here.CountSharersAsync("here", ["hook"], None);
        Assert.Equal(3L, await _store.RunAsync(Rows));
        Assert.Equal(false, await _store.RunAsync(
            "SELECT bool_or(r.row LIKE '%example%' OR encode(key, 'escape') LIKE '%example%') FROM " +
            "(SELECT key, rates::text AS row FROM rates UNION ALL SELECT key, answers::text FROM answers) r"));
        Assert.Equal("u", await _store.RunAsync(
            "SELECT string_agg(DISTINCT relpersistence::text, '') FROM pg_class WHERE relnamespace = current_schema()::regnamespace " +
            "AND relname IN ('rates', 'answers', 'sharers')"));
        await _spool.PurgeAsync(None);
        Assert.Equal(3L, await _store.RunAsync(Rows));
        await _store.AdvanceAsync(_clock, Minute);
        await _spool.PurgeAsync(None);
        Assert.Equal(0L, await _store.RunAsync(Rows));
    }

    private static NodeCount Count(string key) => new(key, Minute, 5 * Minute);

    private static Dictionary<string, NodeAnswer> Answers(params (string Question, bool IsYes)[] answers) =>
        answers.ToDictionary(answer => answer.Question, answer => new NodeAnswer(answer.IsYes, Minute));
}
