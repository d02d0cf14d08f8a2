using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Contract;

/// <summary>Lists with their filters and cursors, and operators' changes in steps.</summary>
public abstract class ListContract : SpoolContract
{
    [Fact]
    public async Task Messages_come_newest_first_page_by_page()
    {
        await FillAsync(25);
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Spool.ListMessagesAsync(new MessageFilter(), cursor, 10, None);
            seen.AddRange(page.Items.Select(message => message.Id));
            cursor = page.Next;
        }
        while (cursor is not null);
        Assert.Equal(Enumerable.Range(0, 25).Reverse().Select(index => $"m{index:000}"), seen);
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

    /// <summary>
    /// One message a minute; the senders repeat after five, the destinations alternate, and every third delivery is dead.
    /// </summary>
    private async Task FillAsync(int count)
    {
        for (var index = 0; index < count; index++)
        {
            await using var staged = await SampleMail.StageAsync(Spool, $"m{index:000}", [1]);
            var delivery = SampleMail.Delivery($"d{index:000}", staged.Id, Now, index % 2 == 0 ? "hook" : "store");
            if (index % 3 == 1)
                delivery = delivery with { State = DeliveryState.Dead, EndedAt = Now };
            await Spool.CommitAsync(staged, SampleMail.Message(staged, Now, $"a{index % 5}@example.org"), [delivery], NewClaims.None, None);
            Clock.Advance(TimeSpan.FromMinutes(1));
        }
    }
}
