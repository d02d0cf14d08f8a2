using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>A web server at port 443 of a loopback address that serves one MTA-STS policy over TLS, whatever it is asked for.</summary>
internal sealed class PolicyServer : IAsyncDisposable
{
    /// <summary>Not 127.0.0.1, where another program may have the port.</summary>
    public const string Address = "127.0.0.71";

    private readonly TcpListener _listener = new(IPAddress.Parse(Address), 443);
    private readonly X509Certificate2 _certificate;
    private readonly string _policy;
    private readonly Task _serving;

    private PolicyServer(TestCertificate certificate, string policy)
    {
        using var pem = X509Certificate2.CreateFromPemFile(certificate.CertificateFile, certificate.KeyFile);
        _certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        _policy = policy;
        _listener.Start();
        _serving = ServeAsync();
    }

    public static PolicyServer Start(TestCertificate certificate, string policy)
    {
        PeerPrograms.NeedRoot("a web server at port 443");
        return new PolicyServer(certificate, policy);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _certificate.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await AnswerAsync(client);
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // Stopped.
            return;
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        try
        {
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(_certificate);
            using var reader = new StreamReader(tls, Encoding.ASCII, leaveOpen: true);
            while (await reader.ReadLineAsync() is { Length: > 0 })
            {
                // The request says nothing that matters here.
            }
            await tls.WriteAsync(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {_policy.Length}\r\nConnection: close\r\n\r\n{_policy}"));
        }
        catch (Exception fault) when (fault is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The client did not like the certificate.
            return;
        }
    }
}
