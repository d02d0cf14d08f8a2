using System.Net.Http.Headers;
using System.Net.Sockets;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.TransportSecurity.Reports;

/// <summary>Sends reports by POST (RFC 8460 §5.4). Of the answer only the status counts.</summary>
internal sealed class TlsReportHttps(PolicyHttpsOptions options, IDnsResolver dns, TimeProvider clock) : IDisposable
{
    private readonly HttpClient _http = new PolicyHttps(options, dns).CreateClient();

    /// <returns>Null, or what went wrong.</returns>
    public async ValueTask<string?> PostAsync(Uri address, byte[] packed, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var content = new ByteArrayContent(packed);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/tlsrpt+gzip");
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return response.IsSuccessStatusCode ? null : $"it answered {(int)response.StatusCode}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "it did not answer in time";
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException or ObjectDisposedException)
        {
            return fault.GetBaseException().Message;
        }
    }

    public void Dispose() => _http.Dispose();
}
