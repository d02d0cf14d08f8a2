using System.Net.Sockets;

namespace InboundBridge.UnitTests.MailFlow.Spool.Postgres.Server;

/// <summary>
/// Passes connections on to a server, and can cut them as a firewall does: the client sees its connection break, and the server, which is
/// at work, sees nothing of it.
/// </summary>
internal sealed class CutConnections : IDisposable
{
    private const string SocketName = ".s.PGSQL.5432";

    private readonly SpoolFolder _folder = new();
    private readonly Socket _listener = NewSocket();
    private readonly UnixDomainSocketEndPoint _server;
    private readonly Lock _gate = new();
    private readonly List<Socket> _clients = [];
    private readonly List<Socket> _servers = [];

    public CutConnections(PostgresServer server)
    {
        _server = new UnixDomainSocketEndPoint(Path.Combine(server.Folder, SocketName));
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder.Path, SocketName)));
        _listener.Listen();
        _ = AcceptAsync();
    }

    /// <summary>The host to connect to.</summary>
    public string Host => _folder.Path;

    public void Cut()
    {
        lock (_gate)
        {
            _clients.ForEach(client => client.Dispose());
            _clients.Clear();
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        Cut();
        lock (_gate)
            _servers.ForEach(server => server.Dispose());
        _folder.Dispose();
    }

    private static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync();
                var server = NewSocket();
                await server.ConnectAsync(_server);
                lock (_gate)
                {
                    _clients.Add(client);
                    _servers.Add(server);
                }
                _ = PassAsync(client, server, endsOther: false);
                _ = PassAsync(server, client, endsOther: true);
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The test is over.
            return;
        }
    }

    private static async Task PassAsync(Socket from, Socket to, bool endsOther)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            for (int count; (count = await from.ReceiveAsync(buffer)) > 0;)
            {
                for (var sent = 0; sent < count;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // It was cut.
        }
        if (endsOther)
            to.Dispose();
    }
}
