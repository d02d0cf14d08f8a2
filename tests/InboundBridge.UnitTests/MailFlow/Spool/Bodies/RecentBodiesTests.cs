using InboundBridge.MailFlow.Spool.Bodies;

namespace InboundBridge.UnitTests.MailFlow.Spool.Bodies;

public sealed class RecentBodiesTests
{
    private const int PoolBuffer = 8 * 1024;

    [Fact]
    public void A_small_mail_counts_with_its_whole_buffer()
    {
        var recent = new RecentBodies(10 * PoolBuffer);
        for (var number = 1; number <= 11; number++)
            recent.Add($"m{number}", Mail(200), readers: 1);

        Assert.Null(recent.Find("m1"));
        Assert.All(Enumerable.Range(2, 10), number => Assert.True(IsKept(recent, $"m{number}")));
    }

    [Fact]
    public void A_delivered_mail_makes_room()
    {
        var recent = new RecentBodies(2 * PoolBuffer);
        recent.Add("waits", Mail(200), readers: 1);
        for (var number = 1; number <= 100; number++)
        {
            recent.Add($"m{number}", Mail(200), readers: 2);
            recent.Done($"m{number}");
            Assert.True(IsKept(recent, $"m{number}"));
            recent.Done($"m{number}");
            Assert.False(IsKept(recent, $"m{number}"));
        }

        Assert.True(IsKept(recent, "waits"));
    }

    [Fact]
    public void A_mail_without_deliveries_is_not_kept()
    {
        var recent = new RecentBodies(2 * PoolBuffer);
        recent.Add("held", Mail(200), readers: 0);

        Assert.False(IsKept(recent, "held"));
    }

    [Fact]
    public void A_mail_that_waits_long_is_dropped_before_the_list_of_names_grows_without_limit()
    {
        var recent = new RecentBodies(100 * PoolBuffer);
        recent.Add("waits", Mail(200), readers: 1);
        for (var number = 1; number <= 20_000; number++)
        {
            recent.Add($"m{number}", Mail(200), readers: 1);
            recent.Done($"m{number}");
        }

        Assert.False(IsKept(recent, "waits"));
    }

    private static MailBuffer Mail(int octets) => new(BodyPool.Rent(octets), octets, 0);

    private static bool IsKept(RecentBodies recent, string messageId)
    {
        using var found = recent.Find(messageId);
        return found is not null;
    }
}
