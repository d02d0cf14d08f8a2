using System.Net;

namespace InboundBridge.Benchmarks.UiPages;

/// <summary>
/// Open live pages: half of them are lists of messages, half are logs. Whatever comes is read and thrown away. Every second list has a
/// filter, whose page asks two seconds after an event how many mails it would show by now.
/// </summary>
internal sealed class LivePages : IAsyncDisposable
{
    private readonly CancellationTokenSource _leave = new();
    private readonly List<Task> _reads = [];
    private readonly HttpClient _client;
    private long _octets;
    private long _counts;

    private LivePages(int port) =>
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>What all pages got so far.</summary>
    public long Octets => Interlocked.Read(ref _octets);

    /// <summary>Questions of lists with a filter that were answered with a count.</summary>
    public long Counts => Interlocked.Read(ref _counts);

    public static async Task<LivePages> OpenAsync(int port, int count, CancellationToken cancellation)
    {
        var pages = new LivePages(port);
        for (var page = 0; page < count; page++)
        {
            var stream = await pages._client.GetStreamAsync(
                new Uri(page % 2 == 0 ? "/ui/events?kind=received" : "/ui/events", UriKind.Relative), cancellation);
            pages._reads.Add(pages.ReadAsync(stream));
            if (page % 4 == 0)
                pages._reads.Add(pages.CountAsync(TimeProvider.System.GetUtcNow()));
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

    /// <summary>As the script of the page does.</summary>
    private async Task CountAsync(DateTimeOffset opened)
    {
        var address = new Uri($"/ui/messages/new?subject=*invoice*&from={Uri.EscapeDataString(opened.ToString("O"))}", UriKind.Relative);
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, _leave.Token);
                using var answer = await _client.GetAsync(address, _leave.Token);
                if (answer.StatusCode != HttpStatusCode.TooManyRequests)
                {
                    answer.EnsureSuccessStatusCode();
                    Interlocked.Increment(ref _counts);
                }
            }
        }
        catch (OperationCanceledException) when (_leave.IsCancellationRequested)
        {
            return;
        }
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
