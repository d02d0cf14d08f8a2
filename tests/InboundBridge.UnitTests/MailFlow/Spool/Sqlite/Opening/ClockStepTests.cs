using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Opening;

/// <summary>A start under a clock that was set back: due deliveries stay due.</summary>
public class ClockStepTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_delivery_that_was_never_tried_does_not_wait_for_the_old_time()
    {
        using var folder = new SpoolFolder();
        await using (var spool = await SpoolOpening.OpenAsync(folder.Path, new FakeTimeProvider(Noon)))
            await SampleMail.CommitAsync(spool, "m1", SampleMail.Octets(1, 100), Noon, "hook");
        Assert.Equal(Noon.AddDays(-1), await DueAtAsync(folder, Noon.AddDays(-1)));
    }

    [Fact]
    public async Task A_delivery_that_was_tried_in_the_future_does_not_wait_for_it()
    {
        using var folder = new SpoolFolder();
        await using (var spool = await SpoolOpening.OpenAsync(folder.Path, new FakeTimeProvider(Noon)))
        {
            await SampleMail.CommitAsync(spool, "m1", SampleMail.Octets(1, 100), Noon.AddDays(-5), "hook");
            await RetryAsync(spool, startedAt: Noon, dueAt: Noon.AddHours(4));
        }
        Assert.Equal(Noon.AddDays(-1), await DueAtAsync(folder, Noon.AddDays(-1)));
    }

    [Fact]
    public async Task Under_a_clock_that_went_on_a_delivery_keeps_its_time()
    {
        using var folder = new SpoolFolder();
        await using (var spool = await SpoolOpening.OpenAsync(folder.Path, new FakeTimeProvider(Noon)))
        {
            await SampleMail.CommitAsync(spool, "m1", SampleMail.Octets(1, 100), Noon, "hook");
            await RetryAsync(spool, startedAt: Noon, dueAt: Noon.AddHours(4));
        }
        Assert.Equal(Noon.AddHours(4), await DueAtAsync(folder, Noon.AddHours(1)));
    }

    private static async Task RetryAsync(IMailSpool spool, DateTimeOffset startedAt, DateTimeOffset dueAt)
    {
        var delivery = Assert.Single(await spool.FindDeliveriesAsync("m1", CancellationToken.None));
        await spool.CompleteAsync(
            new DeliveryCompletion
            {
                Delivery =
                    delivery with
                    {
                        State = DeliveryState.Retrying,
                        Attempts = 1,
                        NextAttemptAt = dueAt,
                        LastReply = DeliveryReply.FromText("503")
                    },
                RecipientsChanged = false,
                Added = [],
                Attempt = new FailedAttempt(1, startedAt, TimeSpan.FromSeconds(1), "retry", DeliveryReply.FromText("503")),
            },
            CancellationToken.None);
    }

    private static async Task<DateTimeOffset> DueAtAsync(SpoolFolder folder, DateTimeOffset now)
    {
        await using var spool = await SpoolOpening.OpenAsync(folder.Path, new FakeTimeProvider(now));
        return Assert.Single(await spool.FindDeliveriesAsync("m1", CancellationToken.None)).NextAttemptAt;
    }
}
