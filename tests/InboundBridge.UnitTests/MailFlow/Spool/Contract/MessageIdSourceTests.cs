using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Contract;

public class MessageIdSourceTests
{
    [Fact]
    public void Ids_sort_by_their_time_and_never_repeat()
    {
        var clock = new FakeTimeProvider(FakeTime.Start);
        var ids = new MessageIdSource(clock);
        var earlier = ids.Next();
        clock.Advance(TimeSpan.FromMilliseconds(1));
        var later = Enumerable.Range(0, 5000).Select(_ => ids.Next()).ToList();
        Assert.All(later, id => Assert.True(string.CompareOrdinal(earlier, id) < 0));
        Assert.Equal(5000, later.Distinct(StringComparer.Ordinal).Count());
        Assert.All(later, id => Assert.Matches("^[0-9a-hjkmnp-tv-z]{26}$", id));
    }

    [Fact]
    public async Task Threads_never_make_the_same_id()
    {
        var ids = new MessageIdSource(new FakeTimeProvider(FakeTime.Start));
        var all =
            await Task.WhenAll(
                Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 1000).Select(_ => ids.Next()).ToList())));
        Assert.Equal(8000, all.SelectMany(list => list).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void The_lowest_id_of_a_time_stands_between_the_ids_before_and_after()
    {
        var clock = new FakeTimeProvider(FakeTime.Start);
        var ids = new MessageIdSource(clock);
        var earlier = ids.Next();
        clock.Advance(TimeSpan.FromMilliseconds(1));
        var first = MessageIdSource.FirstAt(clock.GetUtcNow());
        Assert.True(string.CompareOrdinal(earlier, first) < 0);
        Assert.True(string.CompareOrdinal(first, ids.Next()) < 0);
        Assert.True(MessageIdSource.IsId(first));
        Assert.Equal(first, MessageIdSource.FirstAt(clock.GetUtcNow().AddHours(1), TimeSpan.FromHours(-1)));
    }

    [Fact]
    public void Times_beyond_the_range_of_ids_give_its_ends()
    {
        Assert.Equal(new string('0', 26), MessageIdSource.FirstAt(DateTimeOffset.MinValue));
        Assert.True(string.CompareOrdinal(MessageIdSource.FirstAt(DateTimeOffset.MaxValue, TimeSpan.FromHours(1)), "0zz") > 0);
    }

    [Fact]
    public void A_number_comes_back_from_its_text() =>
        Assert.All(
            new UInt128[] { 0, 31, 32, long.MaxValue, UInt128.MaxValue },
            number => Assert.Equal(number, MessageIdSource.Number(MessageIdSource.Text(number))));
}
