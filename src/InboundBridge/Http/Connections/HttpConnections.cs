using System.Net;
using InboundBridge.Configuration.Options;
using InboundBridge.Smtp.Server.Limits;
using Microsoft.AspNetCore.Connections;

namespace InboundBridge.Http.Connections;

/// <summary>
/// Bounds HTTP connections, in all and for each client. When there are too many, the oldest idle one is closed, so that idle connections
/// can't keep others out. A new connection is refused only when all are busy.
/// </summary>
internal sealed class HttpConnections(HttpLimits limits)
{
    private readonly Lock _gate = new();

    /// <summary>The oldest first.</summary>
    private readonly LinkedList<HttpConnection> _open = new();
    private HttpLimits _limits = limits;

    /// <summary>The limits in force.</summary>
    public HttpLimits Limits => Volatile.Read(ref _limits);

    public int Count
    {
        get
        {
            lock (_gate)
                return _open.Count;
        }
    }

    public void Replace(HttpLimits next) => Volatile.Write(ref _limits, next);

    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var client = (connection.RemoteEndPoint as IPEndPoint)?.Address is { } address
            ? SmtpConnectionLimiter.Key(address) : UInt128.MaxValue;
        var entry = new HttpConnection(connection, client);
        if (!TryEnter(entry))
        {
            connection.Abort(new ConnectionAbortedException("too many connections"));
            return;
        }
        connection.Features.Set(entry);
        try
        {
            await next(connection);
        }
        finally
        {
            Leave(entry);
        }
    }

    /// <summary>False: all are busy.</summary>
    internal bool TryEnter(HttpConnection entry)
    {
        var most = Limits;
        HttpConnection? evicted = null;
        lock (_gate)
        {
            var ofClient = _open.Count(open => open.Client == entry.Client);
            if (ofClient >= most.ConnectionsPerClient || _open.Count >= most.Connections)
            {
                var isOwn = ofClient >= most.ConnectionsPerClient;
                evicted = _open.FirstOrDefault(open => open.IsIdle && (!isOwn || open.Client == entry.Client));
                if (evicted is null)
                    return false;
                _open.Remove(evicted);
            }
            _open.AddLast(entry);
        }
        evicted?.Abort();
        return true;
    }

    internal void Leave(HttpConnection entry)
    {
        lock (_gate)
            _open.Remove(entry);
    }
}
