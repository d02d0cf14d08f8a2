namespace InboundBridge.Benchmarks.UiPages;

/// <summary>Open live pages: half of them are lists of messages, half are logs. Whatever comes is read and thrown away.</summary>
internal sealed class LivePages : IAsyncDisposable
{
    private readonly CancellationTokenSource _leave = new();
    private readonly List<Task> _reads = [];
    private readonly HttpClient _client;
    private long _octets;

    private LivePages(int port) =>
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>What all pages got so far.</summary>
    public long Octets => Interlocked.Read(ref _octets);

    public static async Task<LivePages> OpenAsync(int port, int count, CancellationToken cancellation)
    {
        var pages = new LivePages(port);
        for (var page = 0; page < count; page++)
        {
            var stream = await pages._client.GetStreamAsync(
                new Uri(page % 2 == 0 ? "/ui/events?kind=received" : "/ui/events", UriKind.Relative), cancellation);
            pages._reads.Add(pages.ReadAsync(stream));
        }
        return pages;
    }

    public async ValueTask DisposeAsync()
    {
        await _leave.CancelAsync();
        await Task.WhenAll(_reads);
        _client.Dispose();
        _leave.Dispose();
    }

    private async Task ReadAsync(Stream stream)
    {
        await using (stream)
        {
            var buffer = new byte[16 * 1024];
            try
            {
                for (int count; (count = await stream.ReadAsync(buffer, _leave.Token)) > 0;)
                    Interlocked.Add(ref _octets, count);
            }
            catch (OperationCanceledException) when (_leave.IsCancellationRequested)
            {
                return;
            }
        }
        throw new InvalidOperationException("a live page was dropped");
    }
}
