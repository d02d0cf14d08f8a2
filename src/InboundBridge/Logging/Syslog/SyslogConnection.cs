using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using InboundBridge.Configuration.Options.Watching;

namespace InboundBridge.Logging.Syslog;

/// <summary>A way to a syslog receiver, open until it fails.</summary>
internal sealed class SyslogConnection : IDisposable
{
    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;
    private readonly Stream? _stream;
    private readonly Task? _end;

    /// <param name="end">Ends with what the receiver sends; null where the socket tells.</param>
    private SyslogConnection(Socket socket, Stream? stream, Task? end = null) => (_socket, _stream, _end) = (socket, stream, end);

    /// <exception cref="SocketException">It can't be reached.</exception>
    /// <exception cref="AuthenticationException">Its certificate is not trusted.</exception>
    /// <exception cref="IOException">TLS failed.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public static async Task<SyslogConnection> OpenAsync(SyslogAddress address, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestConnect);
        var socket = SocketFor(address);
        try
        {
            await socket.ConnectAsync(address.EndPoint, limit.Token);
            if (address.Transport is SyslogTransport.Udp or SyslogTransport.Unix)
                return new SyslogConnection(socket, null);
            socket.NoDelay = true;
            var stream = new NetworkStream(socket, ownsSocket: false);
            if (address.Transport == SyslogTransport.Tcp)
                return new SyslogConnection(socket, stream);
            var tls = new SslStream(stream, leaveInnerStreamOpen: false);
            // RFC 5425 §5.2: the receiver has to prove its name.
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = HostOf(address.EndPoint) }, limit.Token);
            return new SyslogConnection(socket, tls, EndAsync(tls));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Sends a message. A receiver that has closed the connection is noticed before the message is sent, where that is possible at all.
    /// </summary>
    /// <exception cref="SocketException">The connection is of no use any more.</exception>
    /// <exception cref="IOException">The same.</exception>
    /// <exception cref="OperationCanceledException">The receiver took nothing for too long.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestWrite);
        if (_stream is null)
        {
            await _socket.SendAsync(message, limit.Token);
            return;
        }
        if (_end is { IsCompleted: true } || (_end is null && _socket.Poll(0, SelectMode.SelectRead) && _socket.Available == 0))
            throw new IOException("the receiver has closed the connection");
        byte[] framed =
            [.. Encoding.ASCII.GetBytes(message.Length.ToString(CultureInfo.InvariantCulture)), (byte)' ', .. message.Span];
        await _stream.WriteAsync(framed, limit.Token);
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _socket.Dispose();
    }

    /// <summary>
    /// Reads to the end. Behind TLS a closed connection has octets left to read (the tickets of TLS 1.3, the farewell), so that the socket
    /// alone does not look closed.
    /// </summary>
    private static async Task EndAsync(SslStream stream)
    {
        var nothing = new byte[256];
        try
        {
            while (await stream.ReadAsync(nothing, CancellationToken.None) > 0)
            {
            }
        }
        catch (Exception fault) when (fault is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            return;
        }
    }

    private static Socket SocketFor(SyslogAddress address) => address.Transport switch
    {
        SyslogTransport.Unix => new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified),
        SyslogTransport.Udp => new Socket(SocketType.Dgram, ProtocolType.Udp),
        _ => new Socket(SocketType.Stream, ProtocolType.Tcp),
    };

    private static string HostOf(EndPoint endPoint) => endPoint switch
    {
        DnsEndPoint named => named.Host,
        IPEndPoint ip => ip.Address.ToString(),
        _ => string.Empty,
    };
}
