using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Contract;

/// <summary>
/// The base of the tests that every implementation of <see cref="IMailSpool"/> must pass. For each contract a store has a class that says
/// how it is opened, and inherits the tests.
/// </summary>
public abstract class SpoolContract : IAsyncLifetime
{
    private IMailSpool _spool = null!;

    internal FakeTimeProvider Clock { get; } = new(FakeTime.Start);

    protected IMailSpool Spool => _spool;

    /// <summary>The same store through another node, where several nodes can have it open at a time.</summary>
    protected virtual IMailSpool OtherNode => _spool;

    protected static CancellationToken None => CancellationToken.None;

    protected static SpoolOptions Options => new() { Path = "", InlineLimit = 4096, MinimumFree = 0 };

    protected DateTimeOffset Now => Clock.GetUtcNow();

    public async ValueTask InitializeAsync() => _spool = await OpenAsync(Options);

    public async ValueTask DisposeAsync()
    {
        await _spool.DisposeAsync();
        await CleanAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the same store each time.</summary>
    protected abstract Task<IMailSpool> OpenAsync(SpoolOptions options);

    protected abstract ValueTask CleanAsync();

    /// <summary>Lets time pass, for the store too.</summary>
    protected virtual ValueTask AdvanceAsync(TimeSpan time)
    {
        Clock.Advance(time);
        return ValueTask.CompletedTask;
    }

    protected async Task ReopenAsync(SpoolOptions? options = null)
    {
        await _spool.DisposeAsync();
        _spool = await OpenAsync(options ?? Options);
    }

    protected async Task<SpooledDelivery> FindAsync(string id) =>
        await _spool.FindDeliveryAsync(id, None) ?? throw new InvalidOperationException($"delivery {id} is not there");

    /// <summary>Commits a message with one delivery of the same id.</summary>
    protected async Task<SpooledDelivery> AddAsync(
        string id, Func<SpooledDelivery, SpooledDelivery>? change = null, NewClaims claims = default, string destination = "hook")
    {
        await using var staged = await SampleMail.StageAsync(_spool, id, [1, 2, 3]);
        var delivery = SampleMail.Delivery(id, id, Now, destination);
        delivery = change?.Invoke(delivery) ?? delivery;
        await _spool.CommitAsync(staged, SampleMail.Message(staged, Now), [delivery], claims, None);
        return delivery;
    }

    protected async Task<IReadOnlyList<(string Destination, DeliveryState State, long Count)>> ReadTalliesAsync()
    {
        var totals = await _spool.ReadTotalsAsync(None);
        return
        [
            .. totals.Deliveries.Where(tally => tally.Count != 0).Select(tally => (tally.Destination, tally.State, tally.Count))
                .OrderBy(tally => tally.Destination, StringComparer.Ordinal).ThenBy(tally => tally.State),
        ];
    }
}
