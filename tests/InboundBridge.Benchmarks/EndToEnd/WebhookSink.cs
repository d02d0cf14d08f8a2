using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>Answers 200 to everything and counts by webhook-id.</summary>
internal sealed class WebhookSink : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentDictionary<string, int> _seen = new(StringComparer.Ordinal);
    private TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _expected;
    private int _requests;

    private WebhookSink(WebApplication application) => _application = application;

    public string Url => _application.Urls.First();

    /// <summary>Requests beyond the first one of each id.</summary>
    public int Repeated => _requests - _seen.Count;

    public int Arrived => _seen.Count;

    public static async Task<WebhookSink> StartAsync(CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var sink = new WebhookSink(builder.Build());
        sink._application.Run(sink.TakeAsync);
        await sink._application.StartAsync(cancellation);
        return sink;
    }

    public void Expect(int messages)
    {
        _seen.Clear();
        _requests = 0;
        _expected = messages;
        _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public Task AllArrivedAsync(CancellationToken cancellation) => _complete.Task.WaitAsync(cancellation);

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }

        Interlocked.Increment(ref _requests);
        if (_seen.TryAdd(context.Request.Headers["webhook-id"].ToString(), 0) && _seen.Count >= _expected)
            _complete.TrySetResult();
    }
}
