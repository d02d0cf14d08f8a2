using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notes;
using InboundBridge.MailFlow.TransportSecurity.Reports;

namespace InboundBridge.UnitTests.MailFlow.Spool.Postgres;

/// <summary>
/// Two nodes whose clocks differ by minutes share claims, notes and reports by the database's clock. The first node and the database have
/// the same time, and the clock of the other node is ahead or behind.
/// </summary>
public sealed class ClocksDifferTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);

    private static CancellationToken None => CancellationToken.None;

    private DateTimeOffset Now => _clock.GetUtcNow();

    [Theory]
    [InlineData(7, false)]
    [InlineData(7, true)]
    [InlineData(-7, false)]
    [InlineData(-7, true)]
    public async Task A_claim_ends_for_both_nodes_at_the_same_moment(int minutes, bool keepsOrder)
    {
        var other = new FakeTimeProvider(Now.AddMinutes(minutes));
        await using var store = new PostgresStore { OtherClock = other };
        await using var here = await store.OpenAsync(new SpoolOptions { Path = "", MinimumFree = 0 }, _clock);
        var there = store.Other;
        await SampleMail.CommitAsync(here, "m1", [1], Now.AddHours(-1), "hook");
        var claimed = Assert.Single((await ClaimAsync(here, "here", keepsOrder)).Claimed);
        var seen = await ClaimAsync(there, "there", keepsOrder);
        Assert.Empty(seen.Claimed);
        // By the clock of the node that asks, so that it waits for as long as the claim lasts.
        Assert.Equal(other.GetUtcNow() + Lease, seen.Next);
        await AdvanceAsync(store, other, TimeSpan.FromSeconds(29));
        Assert.Empty((await ClaimAsync(there, "there", keepsOrder)).Claimed);
        var claim = new DeliveryClaim(claimed.Delivery.Id, "here", claimed.Fence);
        Assert.Empty(await here.RenewAsync(new ClaimTerms("here", Lease), [claim], None));
        await AdvanceAsync(store, other, TimeSpan.FromSeconds(29));
        Assert.Empty((await ClaimAsync(there, "there", keepsOrder)).Claimed);
        await AdvanceAsync(store, other, TimeSpan.FromSeconds(1));
        var taken = Assert.Single((await ClaimAsync(there, "there", keepsOrder)).Claimed);
        Assert.Equal([claimed.Delivery.Id], await here.RenewAsync(new ClaimTerms("here", Lease), [claim], None));
        // The other way round: what the other node has claimed, this one does not take either.
        Assert.Equal(claimed.Fence + 1, taken.Fence);
        var back = await ClaimAsync(here, "here", keepsOrder);
        Assert.Empty(back.Claimed);
        Assert.Equal(Now + Lease, back.Next);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(-7)]
    public async Task A_claim_that_is_made_with_its_mail_lasts_as_long_as_any_other(int minutes)
    {
        var other = new FakeTimeProvider(Now.AddMinutes(minutes));
        await using var store = new PostgresStore { OtherClock = other };
        await using var here = await store.OpenAsync(new SpoolOptions { Path = "", MinimumFree = 0 }, _clock);
        await using (var staged = await SampleMail.StageAsync(store.Other, "m1", [1]))
        {
            var delivery = SampleMail.Delivery("d1", "m1", Now.AddHours(-1));
            await store.Other.CommitAsync(
                staged, SampleMail.Message(staged, other.GetUtcNow()), [delivery], NewClaims.All(new ClaimTerms("there", Lease)), None);
        }
        await AdvanceAsync(store, other, TimeSpan.FromSeconds(29));
        Assert.Empty((await ClaimAsync(here, "here", keepsOrder: false)).Claimed);
        await AdvanceAsync(store, other, TimeSpan.FromSeconds(1));
        Assert.Single((await ClaimAsync(here, "here", keepsOrder: false)).Claimed);
    }

    [Theory]
    [InlineData(90)]
    [InlineData(-90)]
    public async Task A_note_ends_for_both_nodes_at_the_same_moment(int minutes)
    {
        var other = new FakeTimeProvider(Now.AddMinutes(minutes));
        await using var store = new PostgresStore { OtherClock = other };
        await using var here = await store.OpenAsync(new SpoolOptions { Path = "", MinimumFree = 0 }, _clock);
        Assert.Equal(Now, await store.Other.ReadTimeAsync(None));
        var note = new SpoolNote("kind", "key", new byte[] { 1 }, Now.AddMinutes(15));
        Assert.True(await here.TryKeepNoteAsync(note, None));
        Assert.False(await store.Other.TryKeepNoteAsync(note, None));
        await store.Other.PurgeAsync(None);
        Assert.NotNull(await store.Other.FindNoteAsync("kind", "key", None));
        Assert.Single(await store.Other.ListNotesAsync("kind", null, 10, None));
        await AdvanceAsync(store, other, TimeSpan.FromMinutes(15));
        Assert.Null(await here.FindNoteAsync("kind", "key", None));
        Assert.Null(await store.Other.FindNoteAsync("kind", "key", None));
        Assert.True(await store.Other.TryKeepNoteAsync(note with { Expires = Now.AddMinutes(1) }, None));
    }

    /// <summary>A node that is ahead would send a report without what the others have seen in the last minutes of the day.</summary>
    [Fact]
    public async Task A_tls_report_is_sent_by_one_node_after_the_day_has_ended_in_the_database()
    {
        var other = new FakeTimeProvider(Now.AddMinutes(20));
        await using var store = new PostgresStore { OtherClock = other };
        await using var here = await store.OpenAsync(new SpoolOptions { Path = "", MinimumFree = 0 }, _clock);
        var (first, second) = (new TlsResultParts(here), new TlsResultParts(store.Other));
        var scope = new TlsReportScope(Now.AddDays(-1).AddMinutes(10), Now.AddMinutes(10), "example.com");
        await first.WriteAsync([.. TlsResultParts.NotesOf(new DomainTally(scope), "01part")], None);
        await AdvanceAsync(store, other, TimeSpan.FromMinutes(14));
        Assert.Empty(await second.ListDueAsync(None));
        await AdvanceAsync(store, other, TimeSpan.FromMinutes(1));
        Assert.Equal([scope], await second.ListDueAsync(None));
        Assert.Equal([scope], await first.ListDueAsync(None));
        Assert.True((await first.TryBeginAsync(scope, None)).IsOurs);
        Assert.False((await second.TryBeginAsync(scope, None)).IsOurs);
        await AdvanceAsync(store, other, TimeSpan.FromMinutes(14));
        Assert.False((await second.TryBeginAsync(scope, None)).IsOurs);
        // The first node has died.
        await AdvanceAsync(store, other, TimeSpan.FromMinutes(1));
        Assert.True((await second.TryBeginAsync(scope, None)).IsOurs);
        Assert.False((await first.TryBeginAsync(scope, None)).IsOurs);
    }

    private static ValueTask<ClaimResult> ClaimAsync(IMailSpool spool, string owner, bool keepsOrder) => spool.ClaimAsync(
        new ClaimRequest("hook", keepsOrder, 10, FakeTime.Start.AddHours(2), new ClaimTerms(owner, Lease)), None);

    private async Task AdvanceAsync(PostgresStore store, FakeTimeProvider other, TimeSpan time)
    {
        other.Advance(time);
        await store.AdvanceAsync(_clock, time);
    }
}
