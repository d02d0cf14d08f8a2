using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Sharing;

namespace InboundBridge.UnitTests.MailFlow.Spool.Postgres;

/// <summary>No statement reads a whole table, whatever the planner believes about its size.</summary>
public class TableScanTests
{
    private readonly FakeTimeProvider _clock = new(FakeTime.Start);

    private static CancellationToken None => CancellationToken.None;

    private DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>How often each table was read as a whole; making its indexes counts too.</summary>
    private const string Scans =
        """
        SELECT string_agg(relname || ' ' || seq_scan, ', ' ORDER BY relname) FROM pg_stat_user_tables
        WHERE schemaname = current_schema() AND relname IN ('messages', 'deliveries', 'attempts', 'chunks', 'greylist', 'notes',
          'rates', 'sharers', 'answers')
        """;

    /// <summary>Sessions of the spool, which have the name of its schema.</summary>
    private const string Sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name = current_schema()";

    [Fact]
    public async Task Everything_that_a_mail_goes_through_finds_its_rows_by_an_index()
    {
        await using var store = new PostgresStore(hasOtherNode: false);
        object? before;
        await using (var spool = await store.OpenAsync(new SpoolOptions { Path = "", InlineLimit = 4096, MinimumFree = 0 }, _clock))
        {
            await store.RunAsync("SELECT pg_stat_force_next_flush()");
            before = await store.RunAsync(Scans);
            // A plan is kept from the second use of a statement on, and made for any values from the sixth on.
            for (var round = 0; round < 10; round++)
                await UseAsync(spool, round);
            _clock.Advance(TimeSpan.FromDays(30));
            Assert.Equal(20, (await spool.PurgeAsync(None)).Messages);
        }
        // A session tells what it has counted at its end.
        while ((long)(await store.RunAsync(Sessions))! > 0)
            await Task.Yield();
        Assert.Equal(before, await store.RunAsync(Scans));
    }

    private async Task UseAsync(IMailSpool spool, int round)
    {
        var terms = new ClaimTerms("a", TimeSpan.FromSeconds(30));
        await SampleMail.CommitAsync(spool, $"small{round}", [1], Now, "hook", "ordered");
        await SampleMail.CommitAsync(spool, $"large{round}", SampleMail.Octets(1, 10_000), Now, "hook");
        var due = await spool.ClaimAsync(new ClaimRequest("hook", KeepsOrder: false, 10, Now.AddMinutes(1), terms), None);
        await spool.ClaimAsync(new ClaimRequest("ordered", KeepsOrder: true, 10, Now.AddMinutes(1), terms), None);
        var claims = due.Claimed.Select(one => new DeliveryClaim(one.Delivery.Id, terms.Owner, one.Fence)).ToList();
        Assert.Empty(await spool.RenewAsync(terms, claims, None));
        foreach (var (claimed, claim) in due.Claimed.Zip(claims))
        {
            using (await spool.OpenContentAsync(claimed.Message.Id, None))
                Assert.NotNull(await spool.FindMessageAsync(claimed.Message.Id, None));
            var failed = claimed.Delivery with { State = DeliveryState.Dead, Attempts = 1, EndedAt = Now };
            var attempt = new FailedAttempt(1, Now, TimeSpan.Zero, "failed", DeliveryReply.FromText("no"));
            await spool.CompleteAsync(new DeliveryCompletion { Delivery = failed, Attempt = attempt, Claim = claim }, None);
            Assert.Single(await spool.ListAttemptsAsync(claimed.Delivery.Id, None));
        }
        await spool.ReleaseAsync(claims, None);
        await spool.FindRepeatedAsync($"small{round}-0", None);
        await spool.FindFollowUpsAsync($"small{round}", None);
        await spool.FindOldestOpenAsync(["ordered", "hook"], None);
        await spool.FindFreeAsync(["ordered", "hook"], "node", None);
        await spool.ListMessagesAsync(new MessageFilter { Tag = "vip" }, null, 10, None);
        await spool.ListDeliveriesAsync(new DeliveryFilter { State = DeliveryState.Dead }, null, 10, None);
        await spool.ListDeliveriesAsync(new DeliveryFilter(), null, 10, None);
        await spool.AddDeliveriesAsync($"small{round}", [SampleMail.Delivery($"again{round}", $"small{round}", Now)], NewClaims.None, None);
        var cancel = new DeliveryChange
        {
            Kind = DeliveryChangeKind.Cancel,
            Filter = new DeliveryFilter { MessageId = $"small{round}" },
            At = Now,
        };
        await spool.ChangeAsync(cancel, null, None);
        await spool.EraseAsync($"large{round}", Now, None);
        await spool.KeepGreylistAsync([new GreylistEntry((UInt128)round, Now, Now.AddDays(1), 0)], None);
        await spool.FindGreylistAsync([(UInt128)round], None);
        await spool.Exchange.AddCountsAsync([new NodeCount($"{round}", TimeSpan.FromSeconds(1), TimeSpan.FromHours(1))], None);
        await spool.Exchange.CountSharersAsync("node", ["hook"], None);
        await spool.Exchange.FindAnswerAsync("a", None);
        await spool.Exchange.KeepAnswersAsync(
            new Dictionary<string, NodeAnswer> { [$"{round}"] = new(true, TimeSpan.FromSeconds(1)) }, None);
    }
}
