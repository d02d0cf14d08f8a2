using System.Threading.Channels;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Notices;

namespace InboundBridge.UnitTests.MailFlow.Spool.Postgres.Notices;

/// <summary>Nodes hear of each other's work.</summary>
public sealed class NoticeTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly PostgresStore _store = new();
    private readonly Channel<string> _heard = Channel.CreateUnbounded<string>();
    private IMailSpool _spool = null!;

    private static CancellationToken None => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        _spool = await _store.OpenAsync(new SpoolOptions { Path = "", MinimumFree = 0 }, _clock);
        _store.Other.Woken = name => _heard.Writer.TryWrite(name);
        // LISTEN has to be in force, or the first notices would be missed.
        while (!(bool)(await _store.RunAsync("SELECT count(*) >= 2 FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND state = 'idle'"))!)
            await Task.Yield();
    }

    public async ValueTask DisposeAsync()
    {
        await _spool.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Work_that_is_left_to_anybody_wakes_the_other_nodes_and_claimed_work_does_not()
    {
        var terms = new ClaimTerms("a", TimeSpan.FromSeconds(30));
        await AddAsync("claimed", "never", NewClaims.All(terms));
        await AddAsync("left", "hook", NewClaims.None);
        Assert.Equal("hook", await HearAsync());
    }

    [Fact]
    public async Task Claims_that_are_given_back_and_changes_of_operators_wake_too()
    {
        var terms = new ClaimTerms("a", TimeSpan.FromSeconds(30));
        await AddAsync("d1", "back", NewClaims.All(terms));
        await _spool.ReleaseAsync([new DeliveryClaim("d1", "a", ClaimTerms.FirstFence)], None);
        Assert.Equal("back", await HearAsync());
        await AddAsync("d2", "held", NewClaims.None, DeliveryState.Held);
        var release = new DeliveryChange
        {
            Kind = DeliveryChangeKind.Release,
            Filter = new DeliveryFilter { Id = "d2" },
            At = _clock.GetUtcNow(),
            Destination = "released",
        };
        await _spool.ChangeAsync(release, null, None);
        Assert.Equal("released", await HearAsync());
    }

    [Fact]
    public void A_notice_of_a_newer_version_is_ignored()
    {
        Assert.Equal(new Notice(NoticeKind.Work, "a destination"), Notice.Read("other Work a destination", "self"));
        Assert.Null(Notice.Read("self Work hook", "self"));
        Assert.Null(Notice.Read("other Invented hook", "self"));
        Assert.Null(Notice.Read("", "self"));
    }

    /// <summary>The next notice; notices of one node keep a distance in time.</summary>
    private async Task<string> HearAsync()
    {
        var heard = _heard.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        await _clock.AdvanceUntilAsync(heard, TestContext.Current.CancellationToken);
        return await heard;
    }

    private async Task AddAsync(string id, string destination, NewClaims claims, DeliveryState state = DeliveryState.Pending)
    {
        await using var staged = await SampleMail.StageAsync(_spool, id, [1]);
        var delivery = SampleMail.Delivery(id, id, _clock.GetUtcNow(), destination) with { State = state };
        await _spool.CommitAsync(staged, SampleMail.Message(staged, _clock.GetUtcNow()), [delivery], claims, None);
    }
}
