using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Contract;

public class RetentionRulesTests
{
    private static readonly DateTimeOffset Received = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly SpoolOptions Options =
        new() { Path = "", RetainDelivered = TimeSpan.FromDays(3), RetainDead = TimeSpan.FromDays(14) };

    private static readonly MessageFate Delivered =
        new(Received, IsOpen: false, EndedBadly: false, LastEnd: Received.AddDays(1), HasOctets: true);

    [Fact]
    public void A_delivered_message_goes_the_whole_time_after_its_last_delivery_ended()
    {
        Assert.Equal(RetentionVerdict.Keep, Judge(Delivered, days: 4, ticks: -1));
        Assert.Equal(RetentionVerdict.Remove, Judge(Delivered, days: 4));
    }

    [Fact]
    public void A_dead_or_cancelled_delivery_keeps_its_message_longer()
    {
        Assert.Equal(RetentionVerdict.Keep, Judge(Delivered with { EndedBadly = true }, days: 15, ticks: -1));
        Assert.Equal(RetentionVerdict.Remove, Judge(Delivered with { EndedBadly = true }, days: 15));
    }

    [Fact]
    public void The_age_of_a_message_without_deliveries_counts_from_its_reception()
    {
        Assert.Equal(RetentionVerdict.Keep, Judge(Delivered with { LastEnd = null }, days: 3, ticks: -1));
        Assert.Equal(RetentionVerdict.Remove, Judge(Delivered with { LastEnd = null }, days: 3));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_open_delivery_keeps_everything(bool retainsBodies) =>
        Assert.Equal(
            RetentionVerdict.Keep,
            Judge(Delivered with { IsOpen = true, EndedBadly = true }, days: 4000, options: Options with { RetainBodies = retainsBodies }));

    [Theory]
    [InlineData(false, false, true, RetentionVerdict.DropOctets)]
    [InlineData(true, false, true, RetentionVerdict.Keep)]
    [InlineData(false, true, true, RetentionVerdict.Keep)]
    [InlineData(false, false, false, RetentionVerdict.Keep)]
    public void Octets_are_dropped_early_if_bodies_are_not_kept_and_every_delivery_succeeded(
        bool retainsBodies, bool endedBadly, bool hasOctets, RetentionVerdict expected) =>
        Assert.Equal(
            expected,
            Judge(Delivered with { EndedBadly = endedBadly, HasOctets = hasOctets }, days: 2,
                options: Options with { RetainBodies = retainsBodies }));

    [Fact]
    public void A_message_received_after_the_horizon_is_always_kept()
    {
        var now = Received.AddDays(3);
        Assert.Equal(Received, new RetentionRules(Options, now).Horizon);
        Assert.Equal(Received.AddDays(1), new RetentionRules(Options with { RetainDead = TimeSpan.FromDays(2) }, now).Horizon);
        // What was delivered may be dropped at once.
        Assert.Equal(now, new RetentionRules(Options with { RetainBodies = false }, now).Horizon);
    }

    [Theory]
    [InlineData(3, true, RetentionVerdict.Keep)]
    [InlineData(3, false, RetentionVerdict.DropOctets)]
    [InlineData(0, true, RetentionVerdict.Remove)]
    [InlineData(0, false, RetentionVerdict.Remove)]
    public void The_last_delivery_removes_what_is_not_to_be_kept(int days, bool retainsBodies, RetentionVerdict expected) =>
        Assert.Equal(
            expected,
            RetentionRules.AtLastDelivery(Options with { RetainDelivered = TimeSpan.FromDays(days), RetainBodies = retainsBodies }));

    private static RetentionVerdict Judge(MessageFate fate, int days, long ticks = 0, SpoolOptions? options = null) =>
        new RetentionRules(options ?? Options, Received.AddDays(days).AddTicks(ticks)).Judge(fate);
}
