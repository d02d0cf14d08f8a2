using Microsoft.AspNetCore.Connections;

namespace InboundBridge.Http.Connections;

/// <summary>An HTTP connection, as a feature of its requests.</summary>
internal sealed class HttpConnection(Action abort, UInt128 client)
{
    private int _requests;
    private int _wrongTokens;

    public HttpConnection(ConnectionContext connection, UInt128 client)
        : this(() => connection.Abort(new ConnectionAbortedException("idle, and its place was needed")), client)
    {
    }

    /// <summary>An IPv4 address or an IPv6 /64.</summary>
    public UInt128 Client => client;

    /// <summary>No request is being answered. A header may be arriving.</summary>
    public bool IsIdle => Volatile.Read(ref _requests) == 0;

    public int WrongTokens => Volatile.Read(ref _wrongTokens);

    public void Begin() => Interlocked.Increment(ref _requests);

    public void End() => Interlocked.Decrement(ref _requests);

    public void CountWrongToken() => Interlocked.Increment(ref _wrongTokens);

    public void Abort() => abort();
}
