using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Contract;

/// <summary>Messages and deliveries: what is stored comes back, whole and after a restart.</summary>
public abstract class MailSpoolContract : SpoolContract
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(700_000)]
    public async Task A_mail_comes_back_octet_for_octet_also_after_a_restart(int length)
    {
        var octets = SampleMail.Octets(length, length);
        var message = await SampleMail.CommitAsync(Spool, "m1", octets, Now, "hook");
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(octets)), message.Sha256);
        Assert.Equal(octets, await SampleMail.ReadAsync(Spool, "m1"));
        await ReopenAsync();
        Assert.Equal(octets, await SampleMail.ReadAsync(Spool, "m1"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(4096)]
    [InlineData(700_000)]
    public async Task A_prelude_is_told_from_what_was_received_and_read_on_top_of_it(int length)
    {
        byte[] prelude = [.. "Received: from a\r\n by b\r\n"u8];
        byte[] whole = [.. prelude, .. SampleMail.Octets(length, length)];
        SpooledMessage message;
        await using (var staged = await SampleMail.StageAsync(Spool, "m1", whole[prelude.Length..], prelude))
        {
            prelude.AsSpan().Clear();
            Assert.Equal(length, staged.Length);
            AssertPrefix(whole, whole.Length, staged);
            message = SampleMail.Message(staged, Now);
            Assert.Equal(message.Sha256, await staged.Content.ReadSha256Async(None));
            await Spool.CommitAsync(staged, message, [SampleMail.Delivery("m1-0", "m1", Now)], NewClaims.None, None);
        }
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(whole));
        Assert.Equal((whole.Length, prelude.Length, digest), (message.Size, message.PreludeLength, message.Sha256));
        for (var opened = 0; opened < 2; opened++)
        {
            Assert.Equal(whole, await SampleMail.ReadAsync(Spool, "m1"));
            using (var content = await Spool.OpenContentAsync("m1", None))
                Assert.Equal((prelude.Length, digest), (content!.PreludeLength, await content.ReadSha256Async(None)));
            Assert.Equal(whole.Length, (await Spool.ReadTotalsAsync(None)).Bytes);
            await ReopenAsync();
            Assert.Equivalent(message, await Spool.FindMessageAsync("m1", None), strict: true);
            var request = new ClaimRequest("hook", KeepsOrder: false, 1, DateTimeOffset.MaxValue,
                new ClaimTerms($"opening {opened}", TimeSpan.FromSeconds(30)));
            Assert.Equivalent(message, Assert.Single((await Spool.ClaimAsync(request, None)).Claimed).Message, strict: true);
            await AdvanceAsync(request.Terms.Lifetime);
        }
    }

    [Fact]
    public async Task Everything_about_a_message_and_its_deliveries_comes_back()
    {
        var octets = SampleMail.Octets(1, 100);
        var message = await SampleMail.CommitAsync(Spool, "m1", octets, Now, "hook", "store");
        await ReopenAsync();
        Assert.Equivalent(message, await Spool.FindMessageAsync("m1", None), strict: true);
        var deliveries = await Spool.FindDeliveriesAsync("m1", None);
        Assert.Equivalent(SampleMail.Delivery("m1-0", "m1", Now), deliveries[0], strict: true);
        Assert.Equivalent(SampleMail.Delivery("m1-1", "m1", Now, "store"), deliveries[1], strict: true);
        Assert.Equivalent(deliveries[1], await Spool.FindDeliveryAsync("m1-1", None), strict: true);
        Assert.Null(await Spool.FindMessageAsync("m2", None));
        Assert.Null(await Spool.OpenContentAsync("m2", None));
    }

    /// <summary>Otherwise a repeat of a mail could be refused while an earlier repeat, which got 250, is delivered later.</summary>
    [Theory]
    [InlineData("x", DeliveryState.Delivered, "x.m2", DeliveryState.Pending, DeliveryState.Pending)]
    [InlineData("x", DeliveryState.Delivered, "x.m2", DeliveryState.Retrying, DeliveryState.Retrying)]
    [InlineData("x", DeliveryState.Pending, "x.m2", DeliveryState.Delivered, DeliveryState.Pending)]
    [InlineData("x", DeliveryState.Delivered, "x.m2", DeliveryState.Dead, DeliveryState.Delivered)]
    [InlineData("x", DeliveryState.Dead, "x.m2", DeliveryState.Cancelled, DeliveryState.Dead)]
    [InlineData("x", DeliveryState.Held, "x.m2", DeliveryState.Held, DeliveryState.Held)]
    [InlineData("other", DeliveryState.Pending, "x.m2", DeliveryState.Pending, DeliveryState.Pending)]
    [InlineData("other", DeliveryState.Pending, "x.m2", DeliveryState.Delivered, null)]
    [InlineData("x-", DeliveryState.Pending, "x/", DeliveryState.Pending, null)]
    [InlineData("x0", DeliveryState.Pending, "X", DeliveryState.Pending, null)]
    [InlineData("X.m1", DeliveryState.Pending, "y.x.m2", DeliveryState.Pending, null)]
    public async Task What_is_repeated_is_found_by_its_id_and_by_what_stands_before_the_dot(
        string one, DeliveryState oneState, string other, DeliveryState otherState, DeliveryState? found)
    {
        foreach (var (id, state) in new[] { (one, oneState), (other, otherState) })
            await AddAsync(id, delivery => delivery with { State = state, EndedAt = state is DeliveryState.Dead ? Now : null });
        Assert.Equal(found, await Spool.FindRepeatedAsync("x", None));
    }

    /// <summary>The same octets may come any number of times, and looking must not take longer and longer.</summary>
    [Theory]
    [InlineData(null, 0, DeliveryState.Delivered)]
    [InlineData("x.0100", 0, DeliveryState.Retrying)]
    [InlineData("x.1999", 0, DeliveryState.Retrying)]
    [InlineData(null, 2000, DeliveryState.Pending)]
    public async Task Of_many_repeats_an_open_one_is_found_and_it_counts_as_open_where_too_many_others_are(
        string? open, int others, DeliveryState found)
    {
        await AddManyAsync("m1", [.. Enumerable.Range(0, 2000).Select(number => $"x.{number:0000}"), "x"], id => id == open
            ? DeliveryState.Retrying : DeliveryState.Delivered);
        await AddManyAsync("m2", [.. Enumerable.Range(0, others).Select(number => $"y.{number:0000}")], _ => DeliveryState.Pending);
        Assert.Equal(found, await Spool.FindRepeatedAsync("x", None));
    }

    [Fact]
    public async Task A_staged_message_can_be_read_while_it_grows_and_leaves_no_trace_when_it_is_dropped()
    {
        var octets = SampleMail.Octets(7, 10_000);
        await using (var staged = Spool.Stage("m1"))
        {
            octets.AsMemory(0, 2000).CopyTo(staged.GetBuffer());
            await staged.AdvanceAsync(2000, None);
            AssertPrefix(octets, 2000, staged);
            await staged.WriteAsync(octets.AsMemory(2000), None);
            AssertPrefix(octets, octets.Length, staged);
            await staged.SealAsync(None);
            AssertPrefix(octets, octets.Length, staged);
        }
        Assert.Null(await Spool.FindMessageAsync("m1", None));
        Assert.Equal(0, (await Spool.ReadTotalsAsync(CancellationToken.None)).Messages);
        await SampleMail.CommitAsync(Spool, "m1", octets, Now);
        Assert.Equal(octets, await SampleMail.ReadAsync(Spool, "m1"));
    }

    [Fact]
    public async Task An_id_that_is_there_already_is_refused_and_the_first_stays()
    {
        var octets = SampleMail.Octets(1, 10);
        await SampleMail.CommitAsync(Spool, "m1", octets, Now, "hook");
        await Assert.ThrowsAsync<InvalidOperationException>(() => SampleMail.CommitAsync(Spool, "m1", SampleMail.Octets(2, 10), Now,
            "hook"));
        Assert.Equal(octets, await SampleMail.ReadAsync(Spool, "m1"));
        Assert.Equal(1, (await Spool.ReadTotalsAsync(CancellationToken.None)).Messages);
    }

    [Fact]
    public async Task Due_deliveries_come_earliest_first_and_ended_ones_not_at_all()
    {
        foreach (var index in Enumerable.Range(0, 6))
        {
            await using var staged = await SampleMail.StageAsync(Spool, $"m{index}", [1]);
            var delivery = SampleMail.Delivery($"d{index}", $"m{index}", Now) with
            {
                NextAttemptAt = Now.AddSeconds(10 - index),
                State = index switch { 0 => DeliveryState.Retrying, 1 => DeliveryState.Held, _ => DeliveryState.Pending },
                Destination = index == 2 ? "store" : "hook",
            };
            await Spool.CommitAsync(staged, SampleMail.Message(staged, Now), [delivery], NewClaims.None, None);
        }
        Assert.Equal(["d5", "d4", "d3"], await DueAsync(keepsOrder: false, 3));
        Assert.Equal(["d5", "d4", "d3", "d0"], await DueAsync(keepsOrder: false, 10));
        Assert.Equal(["d0", "d3", "d4"], await DueAsync(keepsOrder: true, 3));
        var oldest = await Spool.FindOldestOpenAsync(["hook", "nowhere", "store"], None);
        Assert.Equal(["hook", "store"], oldest.Keys.Order());
        Assert.All(oldest.Values, time => Assert.Equal(Now, time));
    }

    [Fact]
    public async Task A_completion_records_the_delivery_its_attempt_and_what_follows_in_one()
    {
        await SampleMail.CommitAsync(Spool, "m1", [1], Now, "hook");
        var delivery = (await Spool.FindDeliveryAsync("m1-0", None))! with
        {
            State = DeliveryState.Retrying,
            Attempts = 1,
            NextAttemptAt = Now.AddMinutes(5),
            LastReply = new DeliveryReply(451, "4.3.0", "451 4.3.0 later", "store.example"),
            Recipients = [new MailRecipient("bob@store", "bob@example.com")],
        };
        var attempt = new FailedAttempt(1, Now, TimeSpan.FromMilliseconds(250), "partial",
            new DeliveryReply(451, "4.3.0", "451 4.3.0 later", "store.example"));
        await using var staged = await SampleMail.StageAsync(Spool, "bounce", [2]);
        await Spool.CompleteAsync(
            new DeliveryCompletion
            {
                Delivery = delivery,
                RecipientsChanged = true,
                Attempt = attempt,
                Added = [SampleMail.Delivery("split", "m1", Now) with { State = DeliveryState.Dead, EndedAt = Now }],
                FollowUps = [new NewMail(staged, SampleMail.Message(staged, Now, ""),
                [SampleMail.Delivery("b1", "bounce", Now, "outbound")])],
            },
            None);
        await ReopenAsync();
        Assert.Equivalent(delivery with { Version = 1 }, await Spool.FindDeliveryAsync("m1-0", None), strict: true);
        Assert.Equal([attempt], await Spool.ListAttemptsAsync("m1-0", None));
        Assert.Equal(["m1-0", "split"], (await Spool.FindDeliveriesAsync("m1", None)).Select(one => one.Id));
        Assert.Equal([2], await SampleMail.ReadAsync(Spool, "bounce"));
        Assert.Equal([("hook", DeliveryState.Retrying, 1L), ("hook", DeliveryState.Dead, 1L), ("outbound", DeliveryState.Pending, 1L)],
            await ReadTalliesAsync());
    }

    [Fact]
    public async Task Totals_follow_every_change_and_survive_a_restart()
    {
        await SampleMail.CommitAsync(Spool, "m1", new byte[10], Now, "hook", "hook");
        await SampleMail.CommitAsync(Spool, "m2", new byte[20], Now, "store");
        var delivery = (await Spool.FindDeliveryAsync("m1-0", None))!;
        await Spool.CompleteAsync(new DeliveryCompletion { Delivery = delivery with { State = DeliveryState.Delivered, EndedAt = Now } },
            None);
        (string, DeliveryState, long)[] expected = [("hook", DeliveryState.Pending, 1), ("hook", DeliveryState.Delivered, 1),
            ("store", DeliveryState.Pending, 1)];
        Assert.Equal(expected, await ReadTalliesAsync());
        await ReopenAsync();
        Assert.Equal(expected, await ReadTalliesAsync());
        Assert.Equal((2, 30), ((await Spool.ReadTotalsAsync(CancellationToken.None)).Messages,
            (await Spool.ReadTotalsAsync(CancellationToken.None)).Bytes));
    }

    [Fact]
    public async Task A_pause_survives_a_restart_until_it_ends()
    {
        await Spool.SetPauseAsync("hook", "410 Gone", None);
        await ReopenAsync();
        Assert.Equal("410 Gone", (await Spool.ReadPausesAsync(None))["hook"]);
        await Spool.SetPauseAsync("hook", null, None);
        Assert.Empty(await Spool.ReadPausesAsync(None));
    }

    [Fact]
    public async Task Deliveries_are_added_to_a_message_that_is_there_and_to_no_other()
    {
        await SampleMail.CommitAsync(Spool, "m1", [1], Now, "hook");
        Assert.True(await Spool.AddDeliveriesAsync("m1", [SampleMail.Delivery("r1", "m1", Now) with { IsReplay = true }], NewClaims.None,
            None));
        Assert.True((await Spool.FindDeliveryAsync("r1", None))!.IsReplay);
        Assert.False(await Spool.AddDeliveriesAsync("m2", [SampleMail.Delivery("r2", "m2", Now)], NewClaims.None, None));
        Assert.Null(await Spool.FindDeliveryAsync("r2", None));
    }

    private static void AssertPrefix(byte[] octets, int length, StagedMessage staged)
    {
        var content = staged.Content;
        Assert.True(content.IsLocal);
        Assert.Equal(length, content.Length);
        var read = new byte[length];
        var at = 0;
        for (int count; (count = content.Read(at, read.AsSpan(at))) > 0;)
            at += count;
        Assert.Equal(octets[..length], read);
    }

    private async Task<IEnumerable<string>> DueAsync(bool keepsOrder, int limit) =>
        (await SampleMail.DueAsync(Spool, "hook", keepsOrder, limit)).Select(due => due.Id);

    private async Task AddManyAsync(string messageId, IReadOnlyList<string> ids, Func<string, DeliveryState> state)
    {
        await using var staged = await SampleMail.StageAsync(Spool, messageId, [1, 2, 3]);
        await Spool.CommitAsync(
            staged, SampleMail.Message(staged, Now),
            [.. ids.Select(id => SampleMail.Delivery(id, messageId, Now) with { State = state(id) })], NewClaims.None, None);
    }
}
