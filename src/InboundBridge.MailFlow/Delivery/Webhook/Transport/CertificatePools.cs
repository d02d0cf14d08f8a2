namespace InboundBridge.MailFlow.Delivery.Webhook.Transport;

/// <summary>
/// One pool of connections for each client certificate and each set of trusted certificates. A reload changes the
/// configured certificates, and a rule may name one for a single delivery. So a pool that was not used for a while
/// is disposed, and made again when its certificate returns.
/// </summary>
internal sealed class CertificatePools : IDisposable
{
    /// <summary>
    /// By then its idle connections have been closed for nine minutes. A request that still waits for its answer keeps its connection:
    /// disposing a pool closes only the connections that return to it.
    /// </summary>
    internal static readonly TimeSpan KeptUnused = TimeSpan.FromMinutes(10);

    private readonly Dictionary<Kind, Pool> _pools = [];
    private readonly Lock _gate = new();
    private readonly Func<bool, ReceiverTls, HttpMessageHandler> _createHandler;
    private readonly TimeProvider _clock;
    private readonly ITimer _sweep;

    public CertificatePools(Func<bool, ReceiverTls, HttpMessageHandler> createHandler, TimeProvider clock)
    {
        (_createHandler, _clock) = (createHandler, clock);
        _sweep = clock.CreateTimer(
            static pools => ((CertificatePools)pools!).DisposeUnused(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The pool of a certificate, whichever object it was read into. The caller must use it at once.</summary>
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

    private void DisposeUnused()
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
