using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Retention;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Retention;

public class RetentionTests
{
    private static readonly string[] Destinations = ["hook", "store"];

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);

    private static CancellationToken None => CancellationToken.None;

    private DateTimeOffset Now => _clock.GetUtcNow();

    [Theory]
    [InlineData(DeliveryState.Delivered, DeliveryState.Delivered, 3)]
    [InlineData(DeliveryState.Delivered, DeliveryState.Dead, 14)]
    [InlineData(DeliveryState.Cancelled, DeliveryState.Delivered, 14)]
    [InlineData(DeliveryState.Delivered, DeliveryState.Pending, int.MaxValue)]
    [InlineData(DeliveryState.Held, DeliveryState.Delivered, int.MaxValue)]
    public async Task A_message_stays_as_long_as_its_deliveries_ask(DeliveryState first, DeliveryState second, int days)
    {
        using var folder = new SpoolFolder();
        await using var spool = await SpoolOpening.OpenAsync(folder.Path, _clock);
        await SampleMail.CommitAsync(spool, "m1", SampleMail.Octets(1, 20_000), Now, Destinations);
        await EndAsync(spool, "m1-0", first);
        _clock.Advance(TimeSpan.FromDays(1));
        await EndAsync(spool, "m1-1", second);
        foreach (var day in new[] { 2, 4, 13, 15, 400 })
        {
            _clock.Advance(TimeSpan.FromDays(day) - (Now - new DateTimeOffset(2026, 1, 3, 3, 4, 5, TimeSpan.Zero)));
            await spool.PurgeAsync(None);
            Assert.Equal(day < days, await spool.FindMessageAsync("m1", None) is not null);
        }
        if (days == int.MaxValue)
            return;
        Assert.Equal(
            (0, 0), ((await spool.ReadTotalsAsync(CancellationToken.None)).Messages,
                (await spool.ReadTotalsAsync(CancellationToken.None)).Bytes));
        Assert.Empty((await spool.ReadTotalsAsync(CancellationToken.None)).Deliveries);
        Assert.Empty(Directory.GetFiles(Path.Combine(folder.Path, "bodies")));
    }

    [Fact]
    public async Task Without_bodies_the_last_delivery_removes_the_octets_and_the_record_stays()
    {
        using var folder = new SpoolFolder();
        await using var spool = await SpoolOpening.OpenAsync(folder.Path, _clock, null, options => options with { RetainBodies = false });
        await SampleMail.CommitAsync(spool, "m1", SampleMail.Octets(1, 100), Now, Destinations);
        await EndAsync(spool, "m1-0", DeliveryState.Delivered);
        Assert.Equal(100, (await SampleMail.ReadAsync(spool, "m1")).Length);
        await EndAsync(spool, "m1-1", DeliveryState.Delivered);
        Assert.Null(await spool.OpenContentAsync("m1", None));
        Assert.NotNull(await spool.FindMessageAsync("m1", None));
        Assert.Equal(
            (1, 0), ((await spool.ReadTotalsAsync(CancellationToken.None)).Messages,
                (await spool.ReadTotalsAsync(CancellationToken.None)).Bytes));
        Assert.False(await spool.AddDeliveriesAsync("m1", [SampleMail.Delivery("r", "m1", Now)], NewClaims.None, None));
    }

    [Fact]
    public async Task Without_retention_the_last_delivery_removes_the_message()
    {
        using var folder = new SpoolFolder();
        await using var spool =
            await SpoolOpening.OpenAsync(folder.Path, _clock, null, options => options with { RetainDelivered = TimeSpan.Zero });
        await SampleMail.CommitAsync(spool, "m1", SampleMail.Octets(1, 20_000), Now, "hook");
        await EndAsync(spool, "m1-0", DeliveryState.Delivered);
        Assert.Null(await spool.FindMessageAsync("m1", None));
        Assert.Empty((await spool.ReadTotalsAsync(CancellationToken.None)).Deliveries);
        Assert.Empty(Directory.GetFiles(Path.Combine(folder.Path, "bodies")));
    }

    [Fact]
    public async Task A_purge_returns_free_pages_to_the_disk()
    {
        using var folder = new SpoolFolder();
        await using (var spool = await SpoolOpening.OpenAsync(folder.Path, _clock, null, options => options with { InlineLimit = 100_000 }))
        {
            await Task.WhenAll(Enumerable.Range(0, 400).Select(async index =>
            {
                await SampleMail.CommitAsync(spool, $"m{index}", SampleMail.Octets(index, 80_000), Now, "hook");
                await EndAsync(spool, $"m{index}-0", DeliveryState.Delivered);
            }));
            _clock.Advance(TimeSpan.FromDays(4));
            Assert.Equal(400, (await spool.PurgeAsync(None)).Messages);
        }
        Assert.InRange(new FileInfo(Path.Combine(folder.Path, "spool.db")).Length, 0, 20_000_000);
    }

    [Fact]
    public async Task A_spool_with_steady_traffic_does_not_grow()
    {
        using var folder = new SpoolFolder();
        await using var spool = await SpoolOpening.OpenAsync(folder.Path, _clock);
        var sizes = new List<long>();
        for (var day = 0; day < 12; day++)
        {
            for (var index = 0; index < 60; index++)
            {
                await SampleMail.CommitAsync(
                    spool, $"m{day}-{index}", SampleMail.Octets(index, index % 20 == 0 ? 20_000 : 5000), Now, "hook");
                await EndAsync(spool, $"m{day}-{index}-0", DeliveryState.Delivered);
            }
            _clock.Advance(TimeSpan.FromDays(1));
            await spool.PurgeAsync(None);
            sizes.Add(
                new DirectoryInfo(folder.Path).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.Extension != ".db-wal")
                    .Sum(file => file.Length));
        }
        // After three days, when retention begins to remove mail, new mail uses the space of removed mail.
        Assert.InRange(sizes[^1], 0, sizes[4] * 1.2);
        Assert.InRange((await spool.ReadTotalsAsync(CancellationToken.None)).Messages, 120, 240);
    }

    [Fact]
    public async Task A_purge_of_many_goes_in_steps_and_finds_them_all()
    {
        using var folder = new SpoolFolder();
        await using var spool = await SpoolOpening.OpenAsync(folder.Path, _clock);
        await Task.WhenAll(Enumerable.Range(0, 1201).Select(async index =>
        {
            await SampleMail.CommitAsync(spool, $"m{index}", [1], Now, "hook");
            if (index % 3 != 0)
                await EndAsync(spool, $"m{index}-0", DeliveryState.Delivered);
        }));
        _clock.Advance(TimeSpan.FromDays(4));
        Assert.Equal(800, (await spool.PurgeAsync(None)).Messages);
        Assert.Equal(401, (await spool.ReadTotalsAsync(CancellationToken.None)).Messages);
        Assert.Equal(default, await spool.PurgeAsync(None));
    }

    [Fact]
    public async Task A_message_that_was_stored_under_a_clock_ahead_does_not_end_the_pass_for_older_ones()
    {
        using var folder = new SpoolFolder();
        await using var spool = await SpoolOpening.OpenAsync(folder.Path, _clock);
        // One step of the pass is 500 messages; the young one is among the first.
        await SampleMail.CommitAsync(spool, "ahead", [1], Now.AddDays(300), "hook");
        await Task.WhenAll(Enumerable.Range(0, 510).Select(async index =>
        {
            await SampleMail.CommitAsync(spool, $"m{index}", [1], Now, "hook");
            await EndAsync(spool, $"m{index}-0", DeliveryState.Delivered);
        }));
        _clock.Advance(TimeSpan.FromDays(4));
        Assert.Equal(510, (await spool.PurgeAsync(None)).Messages);
    }

    private async Task EndAsync(IMailSpool spool, string id, DeliveryState state)
    {
        var delivery = (await spool.FindDeliveryAsync(id, None))!;
        var isEnd = state is DeliveryState.Delivered or DeliveryState.Dead or DeliveryState.Cancelled;
        await spool.CompleteAsync(
            new DeliveryCompletion { Delivery = delivery with { State = state, EndedAt = isEnd ? Now : null } }, None);
    }
}
