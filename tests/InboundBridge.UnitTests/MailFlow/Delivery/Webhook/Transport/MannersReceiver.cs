using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Transport;

/// <summary>A receiver whose behaviour on each connection is written by the test. With a certificate it uses TLS.</summary>
internal sealed class MannersReceiver : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<MannersReceiver, Connection, Task> _serve;
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;
    private readonly List<Task> _serving = [];

    public MannersReceiver(Func<MannersReceiver, Connection, Task> serve, X509Certificate2? certificate = null)
    {
        (_serve, _certificate) = (serve, certificate);
        _listener.Server.ReceiveBufferSize = 16 * 1024;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => $"{(_certificate is null ? "http" : "https")}://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    public int Connections { get; private set; }

    public CancellationToken Stop => _stop.Token;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        await Task.WhenAll(_serving);
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                Connections++;
                // Otherwise an answer may wait for an acknowledgement, and a reset of the connection discards it.
                socket.NoDelay = true;
                _serving.Add(ServeAsync(socket));
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            using (socket)
            {
                Stream stream = new NetworkStream(socket);
                if (_certificate is not null)
                {
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate },
                        _stop.Token);
                    stream = tls;
                }
                await _serve(this, new Connection(socket, stream, Connections));
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException or SocketException)
        {
            // The peer has closed, or the test is over.
        }
    }

    /// <param name="Number">From 1.</param>
    internal sealed record Connection(Socket Socket, Stream Stream, int Number)
    {
        private readonly byte[] _buffer = new byte[16 * 1024];
        private string _seen = string.Empty;

        /// <summary>Reads to the end of a request's head, and perhaps some of its body.</summary>
        public async Task<string> ReadHeadAsync(CancellationToken cancellationToken)
        {
            while (!_seen.Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                if (await ReadAsync(cancellationToken) == 0)
                    throw new IOException("no request");
            }
            return _seen[..(_seen.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)];
        }

        /// <summary>A whole request; the next one begins afterwards.</summary>
        public async Task<string> ReadRequestAsync(CancellationToken cancellationToken)
        {
            var head = await ReadHeadAsync(cancellationToken);
            var at = head.IndexOf("Content-Length: ", StringComparison.Ordinal);
            var length = head.Length + int.Parse(head[(at + 16)..head.IndexOf('\r', at)]);
            while (_seen.Length < length)
            {
                if (await ReadAsync(cancellationToken) == 0)
                    throw new IOException("half a request");
            }
            var request = _seen[..length];
            _seen = _seen[length..];
            return request;
        }

        public async Task WriteAsync(string octets, CancellationToken cancellationToken)
        {
            await Stream.WriteAsync(Encoding.Latin1.GetBytes(octets), cancellationToken);
            await Stream.FlushAsync(cancellationToken);
        }

        /// <summary>Closes with a reset.</summary>
        public void Reset()
        {
            Socket.LingerState = new LingerOption(true, 0);
            Socket.Close();
        }

        private async Task<int> ReadAsync(CancellationToken cancellationToken)
        {
            var count = await Stream.ReadAsync(_buffer, cancellationToken);
            _seen += Encoding.Latin1.GetString(_buffer, 0, count);
            return count;
        }
    }
}
