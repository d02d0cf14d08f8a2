using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Spool.Postgres.Server;

namespace InboundBridge.UnitTests.MailFlow.Spool.Postgres.Writing;

/// <summary>Writes that share a transaction.</summary>
public sealed class GroupCommitTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly PostgresStore _store = new();
    private IMailSpool _spool = null!;

    private DateTimeOffset Now => _clock.GetUtcNow();

    public async ValueTask InitializeAsync() =>
        _spool = await _store.OpenAsync(new SpoolOptions { Path = "", InlineLimit = 4096, MinimumFree = 0 }, _clock);

    public async ValueTask DisposeAsync()
    {
        await _spool.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task A_write_that_can_not_be_stored_fails_alone()
    {
        await SampleMail.CommitAsync(_spool, "taken", [1], Now, "hook");
        var ids = Enumerable.Range(0, 300).Select(index => index == 200 ? "taken" : $"m{index:000}").ToList();
        var outcomes = await Task.WhenAll(ids.Select(id => Task.Run(() => TryAsync(id))));
        Assert.Equal(["taken"], ids.Where((_, index) => !outcomes[index]));
        Assert.Equal(300, (await _spool.ReadTotalsAsync(CancellationToken.None)).Messages);
        Assert.Equal([new DeliveryTally("hook", DeliveryState.Pending, 300)],
            (await _spool.ReadTotalsAsync(CancellationToken.None)).Deliveries);
    }

    /// <summary>The driver may need longer than any sender waits to end a command of a network that stalls.</summary>
    [Fact]
    public async Task A_commit_without_an_answer_keeps_nobody_waiting_and_another_one_takes_its_place()
    {
        await using var store = new PostgresStore(hasOtherNode: false);
        var log = new CaptureLog();
        await using var spool = await store.OpenAsync(new SpoolOptions { Path = "", MinimumFree = 0 }, _clock, log);
        await using (await store.HoldMessagesAsync())
        {
            var adding = SampleMail.CommitAsync(spool, "during", [1], Now, "hook");
            while (!adding.IsCompleted)
            {
                _clock.Advance(TimeSpan.FromSeconds(4));
                await Task.Yield();
            }
            await Assert.ThrowsAsync<SpoolUnavailableException>(() => adding);
            Assert.Contains("no answer", await log.NextAsync(2031), StringComparison.Ordinal);
        }
        while (spool.Condition != SpoolCondition.Ready)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        await SampleMail.CommitAsync(spool, "after", [2], Now, "hook");
        // Its sender was told that nobody knows, and now it is stored. Its octets were kept for that.
        while (await spool.FindMessageAsync("during", CancellationToken.None) is null)
            await Task.Yield();
        Assert.Equal([1], await SampleMail.ReadAsync(spool, "during"));
    }

    /// <summary>The server was still at work on the first try when it was asked what it has stored.</summary>
    [Fact]
    public async Task A_mail_that_is_stored_after_its_connection_broke_is_accepted_once()
    {
        using var connections = new CutConnections(await PostgresServer.Shared);
        await using var store = new PostgresStore(hasOtherNode: false) { Host = connections.Host };
        await using var spool = await store.OpenAsync(new SpoolOptions { Path = "", MinimumFree = 0 }, _clock);
        Task adding;
        await using (await store.HoldMessagesAsync())
        {
            adding = SampleMail.CommitAsync(spool, "m1", [1], Now, "hook");
            while (await store.CountHeldAsync() < 1)
                await Task.Yield();
            connections.Cut();
            while (await store.CountHeldAsync() < 2)
                await Task.Yield();
        }
        await adding;
        Assert.Equal(1L, await store.RunAsync("SELECT count(*) FROM messages"));
        Assert.Equal([new DeliveryTally("hook", DeliveryState.Pending, 1)],
            (await spool.ReadTotalsAsync(CancellationToken.None)).Deliveries);
        Assert.Equal(SpoolCondition.Ready, spool.Condition);
    }

    /// <summary>A process that was stopped, or whose network has died, holds what it has changed until the server ends it.</summary>
    [Fact]
    public async Task Counts_that_a_frozen_node_holds_keep_nobody_waiting()
    {
        await Task.WhenAll(Enumerable.Range(0, 300).Select(index => SampleMail.CommitAsync(_spool, $"m{index}", [1], Now, "hook")));
        await SampleMail.CommitAsync(_spool, "large", SampleMail.Octets(1, 10_000), Now, "hook");
        await using (await _store.BeginAsync("SELECT count FROM tallies FOR UPDATE"))
        {
            await SampleMail.CommitAsync(_spool, "small during", [1], Now, "hook");
            await SampleMail.CommitAsync(_spool, "large during", SampleMail.Octets(2, 10_000), Now, "hook");
            Assert.Equal(CompletionResult.Recorded, await DeliverAsync("m1-0"));
            Assert.NotNull(await _spool.EraseAsync("m2", Now, CancellationToken.None));
            Assert.Equal(SpoolCondition.Ready, _spool.Condition);
        }
        Assert.Equal(303, (await _spool.ReadTotalsAsync(CancellationToken.None)).Messages);
        Assert.Equal(
            [new("hook", DeliveryState.Pending, 301), new("hook", DeliveryState.Delivered, 1),
                new DeliveryTally("hook", DeliveryState.Cancelled, 1)],
            (await _spool.ReadTotalsAsync(CancellationToken.None)).Deliveries.OrderBy(tally => tally.State));
    }

    [Fact]
    public async Task Waiting_mails_share_transactions()
    {
        var before = await TransactionsAsync();
        await Task.WhenAll(Enumerable.Range(0, 400).Select(index => SampleMail.CommitAsync(_spool, $"m{index}", [1], Now, "hook")));
        Assert.InRange((long)(await _store.RunAsync("SELECT count(DISTINCT xmin::text) FROM messages"))! - before, 1, 200);
    }

    [Theory]
    [InlineData("a\0b", "a\uFFFDb")]
    [InlineData("half a pair ?", "half a pair \uFFFD")]
    [InlineData("whole \U0001F600 pair", "whole \U0001F600 pair")]
    public async Task Text_that_no_database_can_store_stops_no_mail(string subject, string stored)
    {
        // An attribute can't hold half a pair.
        subject = subject.Replace('?', '\uD83D');
        await using (var staged = await SampleMail.StageAsync(_spool, "m1", [1]))
        {
            var message = SampleMail.Message(staged, Now) with
            {
                Subject = subject,
                ResultsField = subject,
                Envelope = new MailEnvelope { Sender = subject, Recipients = [new MailRecipient(subject)], Helo = subject },
            };
            var delivery = SampleMail.Delivery("d1", "m1", Now) with
            {
                Rule = subject,
                HoldReason = subject,
                LastReply = new DeliveryReply(550, subject, subject, subject),
                Tags = [subject],
                Vars = new Dictionary<string, string>(StringComparer.Ordinal) { ["subject"] = subject },
            };
            await _spool.CommitAsync(staged, message, [delivery], NewClaims.None, CancellationToken.None);
        }
        Assert.Equal(stored, (await _spool.FindMessageAsync("m1", CancellationToken.None))!.Subject);
        var found = (await _spool.FindDeliveryAsync("d1", CancellationToken.None))!;
        Assert.Equal((stored, stored, stored), (found.Rule, found.HoldReason, found.LastReply!.Text));
    }

    [Fact]
    public async Task Results_of_many_deliveries_are_counted_once_each()
    {
        await Task.WhenAll(
            Enumerable.Range(0, 100).Select(index => SampleMail.CommitAsync(_spool, $"m{index}", [1], Now, "hook", "store")));
        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(async index =>
        {
            var delivery = (await _spool.FindDeliveryAsync($"m{index}-{index % 2}", CancellationToken.None))!;
            var ended = delivery with { State = index % 10 == 0 ? DeliveryState.Dead : DeliveryState.Delivered, EndedAt = Now };
            return await _spool.CompleteAsync(new DeliveryCompletion { Delivery = ended }, CancellationToken.None);
        }));
        Assert.All(results, result => Assert.Equal(CompletionResult.Recorded, result));
        var tallies = (await _store.Other.ReadTotalsAsync(CancellationToken.None)).Deliveries
            .OrderBy(tally => tally.Destination, StringComparer.Ordinal).ThenBy(tally => tally.State);
        Assert.Equal(
            [new("hook", DeliveryState.Pending, 50), new("hook", DeliveryState.Delivered, 40), new("hook", DeliveryState.Dead, 10),
                new("store", DeliveryState.Pending, 50), new DeliveryTally("store", DeliveryState.Delivered, 50)],
            tallies);
    }

    /// <summary>Some results delete their message, some leave it to its other delivery, and one has lost its claim.</summary>
    [Fact]
    public async Task Where_nothing_is_retained_each_result_takes_its_own_message_away_and_no_other()
    {
        _spool.Replace(_spool.Options with { RetainDelivered = TimeSpan.Zero });
        await SampleMail.CommitAsync(_spool, "claimed", [1], Now, "claimed");
        await Task.WhenAll(Enumerable.Range(0, 60).Select(index => SampleMail.CommitAsync(
            _spool, $"m{index}", [1], Now, index % 2 == 0 ? ["hook"] : ["hook", "store"])));
        var terms = new ClaimTerms("other", TimeSpan.FromSeconds(30));
        await _store.Other.ClaimAsync(new ClaimRequest("claimed", KeepsOrder: false, 1, Now.AddMinutes(1), terms), CancellationToken.None);
        var results = await Task.WhenAll(
            Enumerable.Range(0, 60).Select(index => DeliverAsync($"m{index}-0")).Append(DeliverAsync("claimed-0")));
        Assert.All(results[..60], result => Assert.Equal(CompletionResult.Recorded, result));
        Assert.Equal(CompletionResult.ClaimLost, results[60]);
        Assert.Equal(31L, await _store.RunAsync("SELECT count(*) FROM messages"));
        Assert.Equal(31, (await _spool.ReadTotalsAsync(CancellationToken.None)).Messages);
        await Task.WhenAll(Enumerable.Range(0, 30).Select(index => DeliverAsync($"m{(2 * index) + 1}-1")));
        Assert.Equal("claimed", await _store.RunAsync("SELECT string_agg(id, ' ') FROM messages"));
        Assert.Equal(
            [new DeliveryTally("claimed", DeliveryState.Pending, 1)], (await _spool.ReadTotalsAsync(CancellationToken.None)).Deliveries);
    }

    [Fact]
    public async Task A_large_mail_leaves_no_file_behind_and_each_reading_of_it_neither()
    {
        var octets = SampleMail.Octets(3, 1_000_000);
        await SampleMail.CommitAsync(_spool, "m1", octets, Now, "hook");
        Assert.Empty(Directory.GetFiles(Path.Combine(_spool.Options.Path, "bodies")));
        Assert.Equal(4L, await _store.RunAsync("SELECT count(*) FROM chunks"));
        Assert.Equal(octets, await SampleMail.ReadAsync(_store.Other, "m1"));
        using (var content = (await _spool.OpenContentAsync("m1", CancellationToken.None))!)
            Assert.True(content.IsLocal);
        Assert.Empty(Directory.GetFiles(Path.Combine(_spool.Options.Path, "bodies")));
    }

    [Fact]
    public async Task Octets_that_changed_in_the_database_are_not_handed_out()
    {
        await SampleMail.CommitAsync(_spool, "small", SampleMail.Octets(1, 100), Now, "hook");
        await SampleMail.CommitAsync(_spool, "large", SampleMail.Octets(1, 10_000), Now, "hook");
        await _store.RunAsync("UPDATE messages SET octets = set_byte(octets, 50, 1 - get_byte(octets, 50) % 2) WHERE id = 'small'");
        await _store.RunAsync("UPDATE chunks SET octets = substring(octets FROM 2)");
        foreach (var id in new[] { "small", "large" })
        {
            await Assert.ThrowsAsync<MessageDamagedException>(
                async () => await _store.Other.OpenContentAsync(id, CancellationToken.None));
        }
    }

    private async Task<CompletionResult> DeliverAsync(string id)
    {
        var delivery = (await _spool.FindDeliveryAsync(id, CancellationToken.None))!;
        var ended = delivery with { State = DeliveryState.Delivered, EndedAt = Now };
        return await _spool.CompleteAsync(new DeliveryCompletion { Delivery = ended }, CancellationToken.None);
    }

    private async Task<bool> TryAsync(string id)
    {
        try
        {
            await SampleMail.CommitAsync(_spool, id, [1], Now, "hook");
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private async Task<long> TransactionsAsync() => (long)(await _store.RunAsync("SELECT count(DISTINCT xmin::text) FROM messages"))!;
}
