using InboundBridge.Benchmarks.UiPages;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>Who looks at an appliance while it works: four open live pages of the web UI, and Prometheus, which scrapes it.</summary>
internal sealed class Watchers : IAsyncDisposable
{
    public const string Description = ", of which one mail in ten reaches a script; four pages of the web UI open, metrics scraped";

    private const int Pages = 4;

    /// <summary>Prometheus is seldom set up to scrape more often.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _leave = new();
    private readonly HttpClient _client;
    private readonly LivePages _pages;
    private readonly Task _scrapes;

    private Watchers(HttpClient client, LivePages pages)
    {
        (_client, _pages) = (client, pages);
        _scrapes = ScrapeAsync();
    }

    /// <param name="port">Of the appliance's HTTP listener.</param>
    public static async Task<Watchers> StartAsync(int port, CancellationToken cancellation) => new(
        new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") }, await LivePages.OpenAsync(port, Pages, cancellation));

    public async ValueTask DisposeAsync()
    {
        await _leave.CancelAsync();
        await _scrapes;
        await _pages.DisposeAsync();
        _client.Dispose();
        _leave.Dispose();
    }

    private async Task ScrapeAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, TimeProvider.System, _leave.Token);
                await _client.GetStringAsync(new Uri("/metrics", UriKind.Relative), _leave.Token);
            }
        }
        catch (OperationCanceledException) when (_leave.IsCancellationRequested)
        {
            return;
        }
    }
}
