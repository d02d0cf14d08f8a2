using InboundBridge.MailFlow.Queue.Attempts;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Queue.Scheduling;
using InboundBridge.UnitTests.MailFlow.Spool;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.MailFlow.Queue.Attempts;

/// <summary>A claim that was given up must reach the spool: nobody else can deliver the mail before.</summary>
public class ClaimKeeperTests
{
    [Fact]
    public async Task Claims_that_the_spool_could_not_be_told_of_are_released_the_next_time()
    {
        using var folder = new SpoolFolder();
        var clock = new FakeTimeProvider(FakeTime.Start);
        var (spool, faults) = FailingSpool.Over(await SpoolOpening.OpenAsync(folder.Path, clock));
        await using var owner = spool;
        await SampleMail.CommitAsync(spool, "m1", [1], clock.GetUtcNow(), "hook");
        var terms = new ClaimTerms("this queue", Timeout.InfiniteTimeSpan);
        var request = new ClaimRequest("hook", KeepsOrder: false, 10, DateTimeOffset.MaxValue, terms);
        var claimed = Assert.Single((await spool.ClaimAsync(request, CancellationToken.None)).Claimed);
        var released = new ReleasedClaims(terms.Owner);
        using var keeper = new ClaimKeeper(
            spool, new SchedulerSample().Windows, released, terms, new SteadyClock(clock), clock, NullLogger.Instance);
        released.Add(claimed.Delivery.Id, claimed.Fence);
        faults.Fail("ReleaseAsync");
        await Assert.ThrowsAsync<SpoolUnavailableException>(keeper.FlushAsync);
        faults.Recover();
        Assert.Empty((await spool.ClaimAsync(request, CancellationToken.None)).Claimed);
        await keeper.FlushAsync();
        Assert.Single((await spool.ClaimAsync(request, CancellationToken.None)).Claimed);
    }
}
