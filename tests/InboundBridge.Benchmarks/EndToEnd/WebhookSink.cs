using InboundBridge.Benchmarks.Wire;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>Answers 200 to everything and counts by webhook-id. One thread of this process, the same for every system that posts.</summary>
internal sealed class WebhookSink : IDisposable
{
    private readonly EventLoop _loop = new("webhook sink");
    private readonly ArrivalCount _arrivals = new();

    public WebhookSink()
    {
        Port = _loop.Listen(socket => new HttpSinkConnection(socket, _arrivals));
        _loop.Start();
    }

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}/";

    public void Expect(int mails) => _arrivals.Expect(mails);

    public async Task AllArrivedAsync(CancellationToken cancellation)
    {
        try
        {
            await _arrivals.AllArrivedAsync(cancellation);
        }
        catch (TimeoutException exception) when (_loop.Failure is not null)
        {
            throw new InvalidOperationException($"{exception.Message}; the sink had failed", _loop.Failure);
        }
    }

    public void Dispose() => _loop.Dispose();
}
