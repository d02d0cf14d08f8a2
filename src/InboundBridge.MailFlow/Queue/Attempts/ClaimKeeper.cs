using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue.Attempts;

/// <summary>
/// Claims deliveries for the windows, renews the claims while deliveries wait or are attempted, and tells the spool of those that were
/// given up. In a store that only this process can open, claims don't expire, and nothing is renewed.
/// </summary>
internal sealed class ClaimKeeper(
    IMailSpool spool, WindowScheduler windows, ReleasedClaims released, ClaimTerms terms, SteadyClock time, TimeProvider clock,
    ILogger log) : IDisposable
{
    /// <summary>A renewal may fail twice before a claim expires.</summary>
    private const int RenewalsInLifetime = 3;

    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    public void Start()
    {
        if (terms.IsForever)
            return;
        spool.Woken = windows.LookAgain;
        _loop = Task.Run(RenewFromTimeToTimeAsync);
    }

    /// <summary>Ends renewing, and releases what waits. To be called when no attempt is under way any more.</summary>
    public async Task StopAsync()
    {
        if (!terms.IsForever)
            spool.Woken = null;
        await _stop.CancelAsync();
        await _loop;
        windows.GiveBackAll();
        await TryAsync("releasing claims", FlushAsync);
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>Begins to fill a destination's window, on another thread.</summary>
    public void BeginRefill(DestinationQueue destination, ClaimRequest request) =>
        _ = Task.Run(() => RefillAsync(destination, request), CancellationToken.None);

    /// <summary>Tells the spool of the claims that were given up.</summary>
    public async Task FlushAsync()
    {
        var claims = released.Take();
        if (claims.Count == 0)
            return;
        try
        {
            await spool.ReleaseAsync(claims, CancellationToken.None);
        }
        catch
        {
            released.AddRange(claims);
            throw;
        }
    }

    private async Task RefillAsync(DestinationQueue destination, ClaimRequest request)
    {
        try
        {
            await FlushAsync();
            windows.Refilled(destination, request, await spool.ClaimAsync(request, CancellationToken.None));
        }
        catch (Exception fault)
        {
            SpoolFaults.NotRead(log, request.Destination, fault);
            windows.RefillFailed(destination);
        }
    }

    private async Task RenewFromTimeToTimeAsync()
    {
        using var timer = new PeriodicTimer(terms.Lifetime / RenewalsInLifetime, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                await TryAsync("renewing claims", RenewAsync);
                await TryAsync("looking for deliveries of other nodes", LookAsync);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    private async Task RenewAsync()
    {
        await FlushAsync();
        var held = windows.ListClaims();
        if (held.Count == 0)
            return;
        // Counted from before the spool was asked: its clock can't have begun earlier.
        var until = terms.ExpiryFrom(time.Now);
        var claims = held.ConvertAll(claim => new DeliveryClaim(claim.Queued.Delivery.Id, terms.Owner, claim.Queued.Fence));
        windows.Renewed(held, until, await spool.RenewAsync(terms, claims, _stop.Token));
    }

    /// <summary>Polls for deliveries that other nodes added or gave back: asks once, and claims only where there is something.</summary>
    private async Task LookAsync()
    {
        try
        {
            windows.LookAgain(await spool.FindFreeAsync(windows.ListNames(), terms.Owner, _stop.Token));
        }
        catch (SpoolUnavailableException)
        {
            // Each destination tries again until the spool is back, so that nothing waits for the next round.
            windows.LookAgain();
            throw;
        }
    }

    private async Task TryAsync(string what, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            SpoolFaults.HousekeepingFailed(log, what, fault);
        }
    }
}
