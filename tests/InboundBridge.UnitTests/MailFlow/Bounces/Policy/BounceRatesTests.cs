using InboundBridge.MailFlow.Bounces.Policy;

namespace InboundBridge.UnitTests.MailFlow.Bounces.Policy;

public class BounceRatesTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);

    [Fact]
    public void A_key_gets_so_many_in_a_period_and_as_many_in_the_next()
    {
        var rates = new BounceRates(_clock);
        for (var period = 0; period < 2; period++)
        {
            Assert.True(rates.TryTake(Hour, ("a", 2)));
            Assert.True(rates.TryTake(Hour, ("A", 2)));
            Assert.False(rates.TryTake(Hour, ("a", 2)));
            _clock.Advance(Hour);
        }
    }

    [Fact]
    public void What_one_key_refuses_counts_for_none()
    {
        var rates = new BounceRates(_clock);
        Assert.True(rates.TryTake(Hour, ("a", 1), ("@d", 2)));
        Assert.False(rates.TryTake(Hour, ("a", 1), ("@d", 2)));
        Assert.True(rates.TryTake(Hour, ("b", 1), ("@d", 2)));
        Assert.False(rates.TryTake(Hour, ("c", 1), ("@d", 2)));
    }

    [Fact]
    public void Keys_beyond_the_bound_share_one_window()
    {
        var rates = new BounceRates(_clock, mostKeys: 2);
        Assert.True(rates.TryTake(Hour, ("a", 1)));
        Assert.True(rates.TryTake(Hour, ("b", 1)));
        Assert.True(rates.TryTake(Hour, ("c", 1)));
        Assert.False(rates.TryTake(Hour, ("d", 1)));
        _clock.Advance(Hour);
        Assert.True(rates.TryTake(Hour, ("d", 1)));
    }
}
