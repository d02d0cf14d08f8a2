namespace InboundBridge.MailFlow.Delivery.Webhook.Transport;

/// <summary>
/// A pool of connections for each client certificate and each set of trusted ones. Which certificates are configured changes with each reload, and a rule may name one for a single
/// delivery; so a pool goes when nothing has been sent through it for a while, and is made anew should its certificate come back.
/// </summary>
internal sealed class CertificatePools : IDisposable
{
    /// <summary>Its connections have been closed for nine minutes by then. Who still waits for an answer keeps his connection: a pool only closes those that come back to it.</summary>
    internal static readonly TimeSpan KeptUnused = TimeSpan.FromMinutes(10);

    private readonly Dictionary<Kind, Pool> _pools = [];
    private readonly Lock _gate = new();
    private readonly Func<bool, ReceiverTls, HttpMessageHandler> _createHandler;
    private readonly TimeProvider _clock;
    private readonly ITimer _sweep;

    public CertificatePools(Func<bool, ReceiverTls, HttpMessageHandler> createHandler, TimeProvider clock)
    {
        (_createHandler, _clock) = (createHandler, clock);
        _sweep = clock.CreateTimer(static pools => ((CertificatePools)pools!).LetUnusedGo(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Of one certificate there is one, whatever object it was read into. To be used at once.</summary>
    public HttpMessageInvoker For(bool guarded, ReceiverTls tls)
    {
        var kind = new Kind(guarded, tls.Certificate?.Thumbprint, tls.Trusted?.Digest);
        lock (_gate)
        {
            if (!_pools.TryGetValue(kind, out var pool))
            {
                _pools[kind] = pool = new Pool(new HttpMessageInvoker(_createHandler(guarded, tls)));
                if (_pools.Count == 1)
                    SweepLater();
            }
            pool.UsedAt = _clock.GetTimestamp();
            return pool.Connections;
        }
    }

    public void Dispose()
    {
        _sweep.Dispose();
        lock (_gate)
        {
            foreach (var pool in _pools.Values)
                pool.Connections.Dispose();
            _pools.Clear();
        }
    }

    private void LetUnusedGo()
    {
        lock (_gate)
        {
            foreach (var (kind, pool) in _pools)
            {
                if (_clock.GetElapsedTime(pool.UsedAt) < KeptUnused)
                    continue;
                _pools.Remove(kind);
                pool.Connections.Dispose();
            }
            if (_pools.Count > 0)
                SweepLater();
        }
    }

    private void SweepLater() => _sweep.Change(KeptUnused / 10, Timeout.InfiniteTimeSpan);

    private readonly record struct Kind(bool Guarded, string? Thumbprint, string? Trusted);

    private sealed class Pool(HttpMessageInvoker connections)
    {
        public HttpMessageInvoker Connections { get; } = connections;

        public long UsedAt { get; set; }
    }
}
