using InboundBridge.MailFlow.Queue.Scheduling;

namespace InboundBridge.UnitTests.MailFlow.Queue.Scheduling;

public class WorkerSharesTests
{
    private readonly SchedulingSample _sample = new();

    [Fact]
    public void Each_destination_keeps_its_share_of_workers_and_the_rest_goes_to_whoever_asks_first()
    {
        var shares = new WorkerShares(12, 3);
        var (one, two) = (_sample.Destination("one"), _sample.Destination("two"));
        // Half of the workers are 6, a share is 2; beside the shares there are 6.
        Assert.Equal(8, TakeAll(shares, one));
        Assert.Equal(2, TakeAll(shares, two));
    }

    [Fact]
    public void A_worker_that_is_given_back_can_be_taken_by_another_destination()
    {
        var shares = new WorkerShares(12, 3);
        var (one, two) = (_sample.Destination("one"), _sample.Destination("two"));
        TakeAll(shares, one);
        TakeAll(shares, two);
        GiveBack(shares, one);
        Assert.Equal(1, TakeAll(shares, two));
        for (var count = 0; count < 7; count++)
            GiveBack(shares, one);
        // Five of them were not of its share.
        Assert.Equal(5, TakeAll(shares, two));
        Assert.Equal(2, TakeAll(shares, one));
    }

    [Fact]
    public void Each_destination_has_one_worker_where_there_are_too_few()
    {
        var shares = new WorkerShares(2, 5);
        foreach (var name in new[] { "one", "two", "three" })
            Assert.Equal(1, TakeAll(shares, _sample.Destination(name)));
    }

    [Fact]
    public void After_a_new_division_attempts_under_way_still_count()
    {
        var (one, two) = (_sample.Destination("one"), _sample.Destination("two"));
        one.Active = 5;
        var shares = new WorkerShares(12, 3);
        shares.Recount([one, two]);
        // Three of the five are beyond its share of 2.
        Assert.Equal(2 + 3, TakeAll(shares, two));
    }

    private static int TakeAll(WorkerShares shares, DestinationQueue destination)
    {
        var count = 0;
        for (; shares.HasRoom(destination); count++)
        {
            shares.Take(destination);
            destination.Active++;
        }
        return count;
    }

    private static void GiveBack(WorkerShares shares, DestinationQueue destination)
    {
        shares.GiveBack(destination);
        destination.Active--;
    }
}
