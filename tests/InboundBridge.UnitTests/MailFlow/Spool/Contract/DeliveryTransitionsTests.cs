using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Contract;

public class DeliveryTransitionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData(DeliveryChangeKind.Retry, "Pending Retrying Dead Cancelled")]
    [InlineData(DeliveryChangeKind.Cancel, "Pending Retrying Dead Held")]
    [InlineData(DeliveryChangeKind.Release, "Dead Held")]
    [InlineData(DeliveryChangeKind.Hasten, "Pending Retrying")]
    public void A_change_applies_to_these_states(DeliveryChangeKind kind, string states) =>
        Assert.Equal(states, string.Join(' ', Enum.GetValues<DeliveryState>().Where(state => DeliveryTransitions.Applies(kind, state))));

    [Fact]
    public void A_retry_begins_anew()
    {
        var changed = Apply(DeliveryChangeKind.Retry, Delivery(DeliveryState.Dead) with { Attempts = 7, EndedAt = Now, Version = 4 })!;
        Assert.Equal((DeliveryState.Pending, 0, Now, Now, null, 5),
            (changed.State, changed.Attempts, changed.NextAttemptAt, changed.QueuedAt!.Value, changed.EndedAt, changed.Version));
    }

    [Fact]
    public void Where_the_octets_are_gone_a_delivery_is_still_cancelled_and_never_sent_again()
    {
        foreach (var state in new[] { DeliveryState.Pending, DeliveryState.Held, DeliveryState.Dead })
        {
            var destination = state == DeliveryState.Dead ? "" : "hook";
            var delivery = Delivery(state) with { Destination = destination, NextAttemptAt = Now.AddHours(1) };
            foreach (var kind in Enum.GetValues<DeliveryChangeKind>())
            {
                var change = new DeliveryChange { Kind = kind, Filter = new DeliveryFilter(), At = Now, Destination = "hook" };
                var changed = DeliveryTransitions.Apply(change, delivery, hasContent: false);
                Assert.Equal(kind == DeliveryChangeKind.Cancel ? DeliveryState.Cancelled : null, changed?.State);
            }
        }
    }

    [Fact]
    public void A_cancelled_delivery_ends_at_the_time_of_the_change() =>
        Assert.Equal((DeliveryState.Cancelled, Now),
            (Apply(DeliveryChangeKind.Cancel, Delivery(DeliveryState.Pending))!.State,
                Apply(DeliveryChangeKind.Cancel, Delivery(DeliveryState.Pending))!.EndedAt));

    [Fact]
    public void A_message_that_is_erased_twice_still_says_why_its_delivery_ended()
    {
        var erased = DeliveryTransitions.Erase(Delivery(DeliveryState.Pending), Now);
        Assert.Equal((DeliveryState.Cancelled, Now, DeliveryTransitions.ErasedReason),
            (erased.State, erased.EndedAt, erased.LastReply?.Text));
        var again = DeliveryTransitions.Erase(erased, Now.AddHours(1));
        Assert.Equal((DeliveryState.Cancelled, Now, DeliveryTransitions.ErasedReason), (again.State, again.EndedAt, again.LastReply?.Text));
        var reply = DeliveryReply.FromText("250 a word of the mail");
        var delivered = Delivery(DeliveryState.Delivered) with { EndedAt = Now, LastReply = reply };
        Assert.Equal((Now, null), (DeliveryTransitions.Erase(delivered, Now.AddHours(1)).EndedAt,
            DeliveryTransitions.Erase(delivered, Now.AddHours(1)).LastReply));
    }

    [Theory]
    [InlineData(DeliveryState.Held, "", null, false)]
    [InlineData(DeliveryState.Held, "", "store", true)]
    [InlineData(DeliveryState.Held, "hook", null, true)]
    [InlineData(DeliveryState.Dead, "", "store", true)]
    [InlineData(DeliveryState.Dead, "hook", "store", false)]
    public void A_release_needs_a_destination_and_does_not_affect_deliveries_that_died_at_one(
        DeliveryState state, string own, string? given, bool isReleased)
    {
        var change = new DeliveryChange { Kind = DeliveryChangeKind.Release, Filter = new DeliveryFilter(), At = Now, Destination = given };
        var changed = DeliveryTransitions.Apply(change, Delivery(state) with { Destination = own }, hasContent: true);
        Assert.Equal(isReleased ? given ?? own : null, changed?.Destination);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    public void Only_a_delivery_that_is_due_later_is_hastened(int minutes, bool isHastened)
    {
        var changed = Apply(DeliveryChangeKind.Hasten,
            Delivery(DeliveryState.Retrying) with { NextAttemptAt = Now.AddMinutes(minutes), Attempts = 2 });
        Assert.Equal(isHastened ? (2, Now) : null,
            changed is null ? null : ((int, DateTimeOffset)?)(changed.Attempts, changed.NextAttemptAt));
    }

    [Fact]
    public void Without_a_reason_the_last_reply_stays()
    {
        var delivery = Delivery(DeliveryState.Dead) with { LastReply = new DeliveryReply(550, "5.1.1", "550 5.1.1 no", "mx") };
        Assert.Equal(delivery.LastReply, Apply(DeliveryChangeKind.Cancel, delivery)!.LastReply);
    }

    [Fact]
    public void A_delivered_mail_stays_delivered_whatever_happened_meanwhile()
    {
        foreach (var state in Enum.GetValues<DeliveryState>().Where(state => state != DeliveryState.Delivered))
        {
            var rebased = DeliveryTransitions.Rebase(Completion(DeliveryState.Delivered),
                Delivery(state) with { Version = 9, Attempts = 9 }, Now);
            Assert.Equal((DeliveryState.Delivered, 9), (rebased!.Delivery.State, rebased.Delivery.Version));
        }
        Assert.Null(DeliveryTransitions.Rebase(Completion(DeliveryState.Delivered),
            Delivery(DeliveryState.Delivered) with { Version = 9 }, Now));
    }

    [Fact]
    public void A_cancellation_ends_what_the_attempt_left_open()
    {
        var rebased = DeliveryTransitions.Rebase(Completion(DeliveryState.Retrying) with { KeepsClaim = true },
            Delivery(DeliveryState.Cancelled) with { Version = 2 }, Now)!;
        Assert.Equal((DeliveryState.Cancelled, Now, 1, 2, false),
            (rebased.Delivery.State, rebased.Delivery.EndedAt!.Value, rebased.Delivery.Attempts, rebased.Delivery.Version,
            rebased.KeepsClaim));
        Assert.Equal(DeliveryState.Dead,
            DeliveryTransitions.Rebase(Completion(DeliveryState.Dead), Delivery(DeliveryState.Cancelled), Now)!.Delivery.State);
    }

    [Fact]
    public void An_attempt_counts_after_an_operator_s_retry_and_not_after_another_owner_s_attempt()
    {
        var retried = Delivery(DeliveryState.Pending) with { Version = 5, Attempts = 0 };
        Assert.Equal(5, DeliveryTransitions.Rebase(Completion(DeliveryState.Retrying), retried, Now)!.Delivery.Version);
        Assert.Null(DeliveryTransitions.Rebase(Completion(DeliveryState.Retrying),
            Delivery(DeliveryState.Retrying) with { Version = 1, Attempts = 1 }, Now));
        Assert.Null(DeliveryTransitions.Rebase(Completion(DeliveryState.Retrying),
            Delivery(DeliveryState.Dead) with { Version = 1, Attempts = 1 }, Now));
    }

    [Theory]
    [InlineData(DeliveryState.Dead)]
    [InlineData(DeliveryState.Held)]
    public void An_attempt_that_failed_does_not_reopen_a_delivery_that_is_closed(DeliveryState closed) =>
        Assert.Null(DeliveryTransitions.Rebase(
            Completion(DeliveryState.Retrying), Delivery(closed) with { Version = 1, Attempts = 0 }, Now));

    [Theory]
    [InlineData("example.com", false, "ann@EXAMPLE.com", true)]
    [InlineData("example.com", false, "ann@sub.example.com", false)]
    [InlineData("example.com", true, "ann@sub.example.com", true)]
    [InlineData("example.com", true, "ann@example.com", true)]
    [InlineData("example.com", true, "ann@badexample.com", false)]
    [InlineData("example.com", true, "\"a@example.com\"@other.org", false)]
    public void A_domain_matches_with_or_without_its_subdomains(string domain, bool withSubdomains, string address, bool matches) =>
        Assert.Equal(matches, new DomainMatch(domain, withSubdomains).Matches(address));

    private static SpooledDelivery? Apply(DeliveryChangeKind kind, SpooledDelivery delivery) =>
        DeliveryTransitions.Apply(new DeliveryChange { Kind = kind, Filter = new DeliveryFilter(), At = Now }, delivery, hasContent: true);

    private static DeliveryCompletion Completion(DeliveryState state) => new() { Delivery = Delivery(state) with { Attempts = 1 } };

    private static SpooledDelivery Delivery(DeliveryState state) =>
        SampleMail.Delivery("d1", "m1", Now.AddHours(-1)) with { State = state };
}
