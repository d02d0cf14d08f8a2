using InboundBridge.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.Dns;

public class DnsCacheTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);

    [Fact]
    public void The_number_of_answers_is_bounded()
    {
        var cache = Cache(entries: 10);
        for (var number = 0; number < 50; number++)
            cache.Keep(Key(number), Text(10), Hour);
        Assert.Equal(10, cache.Count);
        Assert.Null(cache.Find(Key(39)));
        Assert.NotNull(cache.Find(Key(40)));
    }

    [Fact]
    public void The_memory_of_large_answers_is_bounded()
    {
        var cache = Cache(size: 4 * 1024 * 1024);
        for (var number = 0; number < 500; number++)
            cache.Keep(Key(number), Text(64 * 1024), Hour);
        Assert.InRange(cache.Size, 1, 4 * 1024 * 1024);
        Assert.InRange(cache.Count, 20, 32);
    }

    [Fact]
    public void An_answer_that_would_fill_much_of_the_cache_is_not_kept()
    {
        var cache = Cache(size: 1024 * 1024);
        cache.Keep(Key(1), Text(64 * 1024), Hour);
        Assert.Equal((0, 0L), (cache.Count, cache.Size));
    }

    [Fact]
    public void What_is_asked_for_stays_when_many_new_names_come()
    {
        var cache = Cache(entries: 10);
        cache.Keep(Key(-1), Text(10), Hour);
        for (var number = 0; number < 100; number++)
        {
            cache.Keep(Key(number), Text(10), Hour);
            Assert.NotNull(cache.Find(Key(-1)));
        }
        Assert.Equal(10, cache.Count);
    }

    [Fact]
    public void A_newer_answer_takes_the_place_of_the_older()
    {
        var cache = Cache();
        cache.Keep(Key(1), Text(1000), Hour);
        var size = cache.Size;
        cache.Keep(Key(1), Text(10), Hour);
        Assert.Equal((1, size - 1980), (cache.Count, cache.Size));
    }

    [Fact]
    public void An_expired_answer_is_not_found_and_goes_although_it_was_asked_for()
    {
        var cache = Cache(entries: 2);
        cache.Keep(Key(1), Text(10), TimeSpan.FromSeconds(1));
        Assert.NotNull(cache.Find(Key(1)));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(cache.Find(Key(1)));
        cache.Keep(Key(2), Text(10), Hour);
        cache.Keep(Key(3), Text(10), Hour);
        Assert.NotNull(cache.Find(Key(2)));
        Assert.Equal(2, cache.Count);
    }

    private DnsCache Cache(int entries = 1000, long size = 32 * 1024 * 1024) =>
        new(new DnsResolverOptions { Servers = [], CacheEntries = entries, CacheSize = size }, _clock);

    private static DnsKey Key(int number) => DnsKey.Of($"n{number}.example", DnsRecordType.Txt);

    private static DnsAnswer Text(int length) =>
        new(DnsStatus.Success, [new DnsRecord.Txt("n.example", 3600, new string('x', length))], "n.example", Authenticated: false);
}
