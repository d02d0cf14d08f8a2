namespace InboundBridge.Telemetry;

/// <summary>Tells an <see cref="ExportWatch"/> whether the collector took each batch, which the exporters don't report.</summary>
internal sealed class WatchedHandler(ExportWatch watch)
    : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
{
    /// <summary>An answer that is nothing but an error has it among the headers; a success has it in the trailers.</summary>
    private const string GrpcStatus = "grpc-status";

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return Seen(base.Send(request, cancellationToken));
        }
        catch
        {
            watch.Exported(isTaken: false);
            throw;
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return Seen(await base.SendAsync(request, cancellationToken));
        }
        catch
        {
            watch.Exported(isTaken: false);
            throw;
        }
    }

    private HttpResponseMessage Seen(HttpResponseMessage answer)
    {
        var isRefused = answer.Headers.TryGetValues(GrpcStatus, out var status) && status.FirstOrDefault() != "0";
        watch.Exported(answer.IsSuccessStatusCode && !isRefused);
        return answer;
    }
}
