using InboundBridge.Ui.Pages.Messages;
using Microsoft.Extensions.Time.Testing;

namespace InboundBridge.UnitTests.Host.Ui.Pages;

public sealed class CountAllowanceTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Counts_that_take_a_moment_are_made_at_once()
    {
        var allowance = new CountAllowance(_clock);
        for (var count = 0; count < 100; count++)
        {
            Assert.NotNull(await SpendAsync(allowance, TimeSpan.FromMilliseconds(1)));
            _clock.Advance(TimeSpan.FromMilliseconds(50));
        }
    }

    [Fact]
    public async Task Counts_that_take_long_get_their_share_and_no_more()
    {
        var allowance = new CountAllowance(_clock);
        var (begin, spent) = (_clock.GetUtcNow(), TimeSpan.Zero);
        while (_clock.GetUtcNow() - begin < TimeSpan.FromMinutes(10))
        {
            if (await SpendAsync(allowance, TimeSpan.FromMilliseconds(25)) is not null)
                spent += TimeSpan.FromMilliseconds(25);
            _clock.Advance(TimeSpan.FromMilliseconds(40));
        }
        var share = TimeSpan.FromMinutes(10) * CountAllowance.Share;
        Assert.InRange(spent, share * 0.95, share + CountAllowance.Most + TimeSpan.FromMilliseconds(25));
    }

    [Fact]
    public async Task A_count_that_fails_is_paid_for_and_leaves_its_turn()
    {
        var allowance = new CountAllowance(_clock);
        await Assert.ThrowsAsync<InvalidOperationException>(() => allowance.SpendAsync<string>(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                throw new InvalidOperationException();
            }));
        Assert.Null(await SpendAsync(allowance, TimeSpan.Zero));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(await SpendAsync(allowance, TimeSpan.Zero));
    }

    [Fact]
    public async Task Pages_that_ask_together_do_not_spend_what_one_may()
    {
        var allowance = new CountAllowance(_clock);
        Assert.NotNull(await SpendAsync(allowance, TimeSpan.FromMilliseconds(25)));
        var wait = new TaskCompletionSource<string>();
        var asked = Enumerable.Range(0, 50).Select(_ => allowance.SpendAsync(() => wait.Task)).ToList();
        Assert.Equal(44, asked.Count(count => count.IsCompleted));
        wait.SetResult("count");
        Assert.Equal(6, (await Task.WhenAll(asked)).Count(count => count is not null));
    }

    private Task<string?> SpendAsync(CountAllowance allowance, TimeSpan takes) => allowance.SpendAsync(
        () =>
        {
            _clock.Advance(takes);
            return Task.FromResult("count");
        });
}
