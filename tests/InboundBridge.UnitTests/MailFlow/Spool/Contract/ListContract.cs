using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Contract;

/// <summary>Lists with their filters and cursors, and operators' changes in steps.</summary>
public abstract class ListContract : SpoolContract
{
    [Fact]
    public async Task Messages_come_newest_first_page_by_page()
    {
        var ids = await FillAsync(25);
        Assert.Equal(Enumerable.Reverse(ids), await ReadAllAsync(new MessageFilter(), 10));
    }

    [Theory]
    [InlineData(null, null, null, 25)]
    [InlineData("vip", null, null, 25)]
    [InlineData(null, "support", null, 25)]
    [InlineData("vip", "support", DeliveryState.Dead, 8)]
    [InlineData(null, null, DeliveryState.Dead, 8)]
    [InlineData(null, null, DeliveryState.Pending, 25)]
    [InlineData("none", "support", DeliveryState.Dead, 0)]
    public async Task Each_message_comes_once_however_many_deliveries_fit(string? tag, string? rule, DeliveryState? state, int expected)
    {
        var ids = await FillAsync(25, deliveries: 3);
        foreach (var limit in new[] { 1, 3, 25, 100 })
        {
            var seen = await ReadAllAsync(new MessageFilter { Tag = tag, Rule = rule, State = state }, limit);
            Assert.Equal(expected, seen.Count);
            Assert.Equal(Enumerable.Reverse(ids).Where(seen.Contains), seen);
        }
    }

    [Fact]
    public async Task One_delivery_must_have_all_that_is_asked_of_deliveries()
    {
        await using var staged = await SampleMail.StageAsync(Spool, "m", [1]);
        await Spool.CommitAsync(
            staged, SampleMail.Message(staged, Now),
            [
                SampleMail.Delivery("d1", "m", Now) with { Rule = "one", Tags = ["a+b"] },
                SampleMail.Delivery("d2", "m", Now) with { Rule = "two", Tags = ["\"ü\""], State = DeliveryState.Held },
            ], NewClaims.None, None);
        Assert.Single(await ReadAllAsync(new MessageFilter { Rule = "one", Tag = "a+b", State = DeliveryState.Pending }, 10));
        Assert.Single(await ReadAllAsync(new MessageFilter { Rule = "two", Tag = "\"ü\"", State = DeliveryState.Held }, 10));
        Assert.Empty(await ReadAllAsync(new MessageFilter { Rule = "one", Tag = "\"ü\"" }, 10));
        Assert.Empty(await ReadAllAsync(new MessageFilter { Rule = "one", State = DeliveryState.Held }, 10));
        Assert.Empty(await ReadAllAsync(new MessageFilter { Rule = "One" }, 10));
    }

    [Fact]
    public async Task A_search_that_finds_nothing_ends_early_says_how_far_it_got_and_goes_on()
    {
        for (var index = 0; index < 23; index++)
        {
            await using var staged = await SampleMail.StageAsync(Spool, MessageIdSource.FirstAt(Now), [1]);
            var tag = index == 0 ? "wanted" : "other";
            await Spool.CommitAsync(
                staged, SampleMail.Message(staged, Now),
                [
                    .. Enumerable.Range(0, 1000)
                        .Select(each => SampleMail.Delivery($"d{index}-{each}", staged.Id, Now) with { Tags = [tag] }),
                ], NewClaims.None, None);
            Clock.Advance(TimeSpan.FromMinutes(1));
        }
        var first = await Spool.ListMessagesAsync(new MessageFilter { Tag = "wanted" }, null, 10, None);
        Assert.Empty(first.Items);
        Assert.InRange(first.Searched!.Value, Now.AddMinutes(-22), Now.AddMinutes(-18));
        var rest = new List<SpooledMessage>();
        for (var cursor = first.Next; cursor is not null;)
        {
            var page = await Spool.ListMessagesAsync(new MessageFilter { Tag = "wanted" }, cursor, 10, None);
            rest.AddRange(page.Items);
            cursor = page.Next;
        }
        Assert.Single(rest);
    }

    [Fact]
    public async Task A_cursor_of_another_list_is_an_argument_error()
    {
        await FillAsync(5);
        var byTime = (await Spool.ListMessagesAsync(new MessageFilter(), null, 2, None)).Next;
        var byTag = (await Spool.ListMessagesAsync(new MessageFilter { Tag = "vip" }, null, 2, None)).Next;
        Assert.All([byTime, byTag], cursor => Assert.True(MessageIdSource.IsId(cursor!)));
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await Spool.ListMessagesAsync(new MessageFilter { Tag = "vip" }, byTime, 2, None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Spool.ListMessagesAsync(new MessageFilter(), byTag, 2, None));
    }

    [Theory]
    [InlineData("sender", 5)]
    [InlineData("recipient", 25)]
    [InlineData("nobody", 0)]
    [InlineData("subject", 25)]
    [InlineData("tag", 25)]
    [InlineData("notag", 0)]
    [InlineData("state", 8)]
    [InlineData("since", 5)]
    [InlineData("before", 20)]
    [InlineData("rule", 25)]
    [InlineData("norule", 0)]
    [InlineData("dead since", 1)]
    [InlineData("dead before", 7)]
    [InlineData("dead of a sender", 2)]
    [InlineData("tag and no sender", 0)]
    public async Task Filters_of_messages_find_matching_messages(string filter, int expected)
    {
        await FillAsync(25);
        var start = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var wanted = filter switch
        {
            "sender" => new MessageFilter { Sender = "A3@Example" },
            "recipient" => new MessageFilter { Recipient = "bob@example.com" },
            "nobody" => new MessageFilter { Recipient = "nobody" },
            "subject" => new MessageFilter { Subject = "grüß" },
            "tag" => new MessageFilter { Tag = "vip" },
            "notag" => new MessageFilter { Tag = "vi" },
            "state" => new MessageFilter { State = DeliveryState.Dead },
            "since" => new MessageFilter { Since = start.AddMinutes(20) },
            "rule" => new MessageFilter { Rule = "support" },
            "norule" => new MessageFilter { Rule = "suppor" },
            "dead since" => new MessageFilter { State = DeliveryState.Dead, Since = start.AddMinutes(20) },
            "dead before" => new MessageFilter { State = DeliveryState.Dead, Before = start.AddMinutes(20) },
            "dead of a sender" => new MessageFilter { State = DeliveryState.Dead, Sender = "a2@" },
            "tag and no sender" => new MessageFilter { Tag = "vip", Sender = "nobody" },
            _ => new MessageFilter { Before = start.AddMinutes(20) },
        };
        Assert.Equal(expected, (await Spool.ListMessagesAsync(wanted, null, 100, None)).Items.Count);
    }

    [Theory]
    [InlineData(null, null, 25)]
    [InlineData("hook", null, 13)]
    [InlineData("store", DeliveryState.Pending, 8)]
    [InlineData(null, DeliveryState.Dead, 8)]
    [InlineData(null, DeliveryState.Delivered, 0)]
    [InlineData("nowhere", DeliveryState.Pending, 0)]
    public async Task Deliveries_are_found_by_destination_and_state_newest_first(string? destination, DeliveryState? state, int expected)
    {
        await FillAsync(25);
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Spool.ListDeliveriesAsync(new DeliveryFilter { Destination = destination, State = state }, cursor, 4, None);
            Assert.InRange(page.Items.Count, 0, 4);
            seen.AddRange(page.Items.Select(delivery => delivery.Id));
            cursor = page.Next;
        }
        while (cursor is not null);
        Assert.Equal(expected, seen.Count);
        Assert.Equal(seen.OrderDescending(), seen);
    }

    [Fact]
    public async Task A_change_of_many_goes_in_steps_and_reaches_each_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 1100).Select(index => SampleMail.CommitAsync(Spool, $"m{index}", [1], Now, "hook")));
        var change =
            new DeliveryChange
            {
                Kind = DeliveryChangeKind.Cancel,
                Filter = new DeliveryFilter { Destination = "hook" },
                At = Now,
                Reason = "enough"
            };
        var changed = new HashSet<string>(StringComparer.Ordinal);
        string? cursor = null;
        do
        {
            var step = await Spool.ChangeAsync(change, cursor, None);
            Assert.All(step.Changed, delivery => Assert.True(changed.Add(delivery.Id) && delivery.State == DeliveryState.Cancelled));
            cursor = step.Next;
        }
        while (cursor is not null);
        Assert.Equal(1100, changed.Count);
        Assert.Equal(
            [new DeliveryTally("hook", DeliveryState.Cancelled, 1100)], (await Spool.ReadTotalsAsync(None)).Deliveries);
        Assert.Empty((await Spool.ChangeAsync(change, null, None)).Changed);
    }

    [Fact]
    public async Task An_invalid_cursor_is_an_argument_error()
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Spool.ListDeliveriesAsync(new DeliveryFilter(), "x", 10, None));
    }

    private async Task<List<string>> ReadAllAsync(MessageFilter filter, int limit)
    {
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Spool.ListMessagesAsync(filter, cursor, limit, None);
            Assert.InRange(page.Items.Count, 0, limit);
            seen.AddRange(page.Items.Select(message => message.Id));
            cursor = page.Next;
        }
        while (cursor is not null);
        return seen;
    }

    /// <summary>
    /// One message a minute; the senders repeat after five, the destinations alternate, and every third message's first delivery is dead.
    /// </summary>
    private async Task<List<string>> FillAsync(int count, int deliveries = 1)
    {
        var ids = new List<string>();
        for (var index = 0; index < count; index++)
        {
            await using var staged = await SampleMail.StageAsync(Spool, MessageIdSource.FirstAt(Now), [1]);
            ids.Add(staged.Id);
            var delivery = SampleMail.Delivery($"d{index:000}", staged.Id, Now, index % 2 == 0 ? "hook" : "store");
            var first = index % 3 == 1 ? delivery with { State = DeliveryState.Dead, EndedAt = Now } : delivery;
            var more = Enumerable.Range(1, deliveries - 1).Select(each => delivery with { Id = $"{delivery.Id}-{each}" });
            await Spool.CommitAsync(
                staged, SampleMail.Message(staged, Now, $"a{index % 5}@example.org"), [first, .. more], NewClaims.None, None);
            Clock.Advance(TimeSpan.FromMinutes(1));
        }
        return ids;
    }
}
