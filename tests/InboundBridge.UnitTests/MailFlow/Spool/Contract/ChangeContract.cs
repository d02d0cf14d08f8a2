using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Contract;

/// <summary>
/// Operators' changes: the store applies the rules of <see cref="DeliveryTransitions"/>, counts what changes, and keeps pauses.
/// </summary>
public abstract class ChangeContract : SpoolContract
{
    public static TheoryData<DeliveryChangeKind, DeliveryState> Cases => new(
        Enum.GetValues<DeliveryChangeKind>().SelectMany(kind => Enum.GetValues<DeliveryState>().Select(state => (kind, state))));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Each_change_leads_from_each_state_where_the_rules_say(DeliveryChangeKind kind, DeliveryState state)
    {
        await AddAsync("d1", delivery => delivery with { State = state, Attempts = 3, NextAttemptAt = Now.AddHours(1) });
        var before = await FindAsync("d1");
        var filter = new DeliveryFilter { Destination = "hook" };
        var change = new DeliveryChange { Kind = kind, Filter = filter, At = Now.AddMinutes(1), Reason = "an operator" };
        var expected = DeliveryTransitions.Apply(change, before, hasContent: true);
        var result = await Spool.ChangeAsync(change, null, None);
        Assert.Equivalent(expected is null ? [] : new[] { expected }, result.Changed, strict: true);
        Assert.Equivalent(expected ?? before, await FindAsync("d1"), strict: true);
        Assert.Equal([("hook", (expected ?? before).State, 1L)], await ReadTalliesAsync());
    }

    [Fact]
    public async Task A_delivery_of_an_erased_message_is_changed_no_more()
    {
        await AddAsync("d1", delivery => delivery with { State = DeliveryState.Dead, EndedAt = Now });
        await Spool.EraseAsync("d1", Now, None);
        foreach (var kind in Enum.GetValues<DeliveryChangeKind>())
        {
            var change = new DeliveryChange { Kind = kind, Filter = new DeliveryFilter { Id = "d1" }, At = Now };
            Assert.Empty((await Spool.ChangeAsync(change, null, None)).Changed);
        }
        Assert.Equal(DeliveryState.Cancelled, (await FindAsync("d1")).State);
    }

    [Fact]
    public async Task A_change_that_expects_another_version_changes_nothing()
    {
        await AddAsync("d1");
        var cancel = new DeliveryChange { Kind = DeliveryChangeKind.Cancel, Filter = new DeliveryFilter { Id = "d1" }, At = Now };
        Assert.Empty((await Spool.ChangeAsync(cancel with { ExpectedVersion = 1 }, null, None)).Changed);
        Assert.Single((await Spool.ChangeAsync(cancel with { ExpectedVersion = 0 }, null, None)).Changed);
        Assert.Empty((await Spool.ChangeAsync(cancel with { Kind = DeliveryChangeKind.Retry, ExpectedVersion = 0 }, null, None)).Changed);
    }

    [Fact]
    public async Task Hasten_reaches_the_recipients_of_a_domain()
    {
        foreach (var (id, recipient) in new[] { ("d1", "ann@Example.com"), ("d2", "ann@sub.example.com"), ("d3", "ann@notexample.com") })
            await AddAsync(id, delivery => delivery with { Recipients = [new MailRecipient(recipient)], NextAttemptAt = Now.AddHours(1) });
        var hasten = new DeliveryChange
        {
            Kind = DeliveryChangeKind.Hasten,
            Filter = new DeliveryFilter(),
            At = Now,
            RecipientDomain = new DomainMatch("example.com", WithSubdomains: false),
        };
        Assert.Equal(["d1"], (await Spool.ChangeAsync(hasten, null, None)).Changed.Select(changed => changed.Id));
        var below = hasten with { RecipientDomain = new DomainMatch("example.com", WithSubdomains: true) };
        Assert.Equal(["d2"], (await Spool.ChangeAsync(below, null, None)).Changed.Select(changed => changed.Id));
    }

    [Fact]
    public async Task A_bulk_change_continues_from_its_cursor_and_reaches_each_delivery_once()
    {
        await using (var staged = await SampleMail.StageAsync(Spool, "m1", [1]))
        {
            var deliveries = Enumerable.Range(0, 1100).Select(index => SampleMail.Delivery($"d{index:0000}", "m1", Now)).ToList();
            await Spool.CommitAsync(staged, SampleMail.Message(staged, Now), deliveries, NewClaims.None, None);
        }
        var cancel = new DeliveryChange { Kind = DeliveryChangeKind.Cancel, Filter = new DeliveryFilter { MessageId = "m1" }, At = Now };
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var step = await Spool.ChangeAsync(cancel, cursor, None);
            seen.AddRange(step.Changed.Select(changed => changed.Id));
            cursor = step.Next;
        }
        while (cursor is not null);
        Assert.Equal(1100, seen.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(1100, seen.Count);
        Assert.Equal([("hook", DeliveryState.Cancelled, 1100L)], await ReadTalliesAsync());
    }

    [Fact]
    public async Task An_erasure_keeps_the_parts_of_a_delivery_that_the_rules_name()
    {
        var reply = new DeliveryReply(451, "4.3.0", "451 a word of the mail", "mx.example.com");
        await AddAsync("d1", delivery => delivery with { LastReply = reply });
        var before = await FindAsync("d1");
        var cancelled = Assert.Single((await Spool.EraseAsync("d1", Now, None))!);
        Assert.Equivalent(DeliveryTransitions.Erase(before, Now), cancelled, strict: true);
        // Octets that are kept in memory for the first attempt go too.
        Assert.Null(await Spool.OpenContentAsync("d1", None));
        await ReopenAsync();
        Assert.Equivalent(DeliveryTransitions.Erase(before, Now), await FindAsync("d1"), strict: true);
        Assert.Null(await Spool.OpenContentAsync("d1", None));
        Assert.Null(await Spool.EraseAsync("unknown", Now, None));
    }

    [Fact]
    public async Task Pauses_are_the_store_s_and_seen_by_every_node()
    {
        await Spool.SetPauseAsync("hook", "410 Gone", None);
        Assert.Equal("410 Gone", (await OtherNode.ReadPausesAsync(None))["hook"]);
        await OtherNode.SetPauseAsync("hook", "another reason", None);
        await Spool.SetPauseAsync("store", "for now", None);
        await ReopenAsync();
        var pauses = await Spool.ReadPausesAsync(None);
        Assert.Equal(("another reason", "for now", 2), (pauses["hook"], pauses["store"], pauses.Count));
        await Spool.SetPauseAsync("hook", null, None);
        Assert.Equal(["store"], (await Spool.ReadPausesAsync(None)).Keys);
    }

    [Fact]
    public async Task Totals_are_the_store_s_and_seen_by_every_node()
    {
        await AddAsync("d1");
        await AddAsync("d2", destination: "store");
        var totals = await OtherNode.ReadTotalsAsync(None);
        Assert.Equal((2, 6), (totals.Messages, totals.Bytes));
        Assert.Equal(2, totals.Deliveries.Sum(tally => tally.Count));
    }
}
