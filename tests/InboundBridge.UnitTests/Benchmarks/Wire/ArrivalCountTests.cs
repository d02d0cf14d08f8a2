using InboundBridge.Benchmarks.Wire;

namespace InboundBridge.UnitTests.Benchmarks.Wire;

public class ArrivalCountTests
{
    private static readonly CancellationToken TimeIsUp = new(canceled: true);

    private readonly ArrivalCount _arrivals = new();

    [Fact]
    public async Task It_is_complete_with_the_last_mail()
    {
        _arrivals.Expect(2);
        var all = _arrivals.AllArrivedAsync(TestContext.Current.CancellationToken);
        _arrivals.Add("a");
        Assert.False(all.IsCompleted);
        _arrivals.Add("b");
        await all;
        _arrivals.Conclude();
    }

    [Fact]
    public async Task A_lost_mail_is_told_when_the_time_is_up()
    {
        _arrivals.Expect(3);
        _arrivals.Add("a");
        _arrivals.Add("b");
        var error = await Assert.ThrowsAsync<TimeoutException>(() => _arrivals.AllArrivedAsync(TimeIsUp));
        Assert.Equal("of 3 mails only 2 arrived in time", error.Message);
    }

    [Fact]
    public async Task A_mail_that_came_twice_does_not_count_for_a_lost_one()
    {
        _arrivals.Expect(2);
        _arrivals.Add("a");
        _arrivals.Add("a");
        var error = await Assert.ThrowsAsync<TimeoutException>(() => _arrivals.AllArrivedAsync(TimeIsUp));
        Assert.Equal("of 2 mails only 1 arrived in time, and 1 came more than once", error.Message);
    }

    [Fact]
    public async Task A_mail_that_came_twice_fails_the_run_in_which_all_have_come()
    {
        _arrivals.Expect(2);
        _arrivals.Add("a");
        _arrivals.Add("a");
        _arrivals.Add("b");
        var error =
            await Assert.ThrowsAsync<InvalidOperationException>(() => _arrivals.AllArrivedAsync(TestContext.Current.CancellationToken));
        Assert.Equal("1 mails came more than once", error.Message);
    }

    [Fact]
    public async Task A_straggler_of_one_run_is_not_taken_for_a_mail_of_the_next()
    {
        _arrivals.Expect(1);
        _arrivals.Add("a");
        await _arrivals.AllArrivedAsync(TestContext.Current.CancellationToken);
        _arrivals.Expect(1);
        _arrivals.Add("a");
        await Assert.ThrowsAsync<TimeoutException>(() => _arrivals.AllArrivedAsync(TimeIsUp));
    }

    [Fact]
    public async Task A_mail_that_comes_again_after_the_last_run_fails_too()
    {
        _arrivals.Expect(1);
        _arrivals.Add("a");
        await _arrivals.AllArrivedAsync(TestContext.Current.CancellationToken);
        _arrivals.Add("a");
        Assert.Throws<InvalidOperationException>(_arrivals.Conclude);
    }

    [Fact]
    public async Task A_mail_that_nobody_sent_fails_the_next_run_before_it_begins()
    {
        _arrivals.Expect(1);
        _arrivals.Add("a");
        await _arrivals.AllArrivedAsync(TestContext.Current.CancellationToken);
        _arrivals.Add("b");
        var error = Assert.Throws<InvalidOperationException>(() => _arrivals.Expect(5));
        Assert.Equal("2 mails came, 1 were sent", error.Message);
    }
}
