namespace InboundBridge.Telemetry;

/// <summary>Sees each batch on its way to the collector, and whether it is taken: the exporters keep that to themselves.</summary>
internal sealed class WatchedHandler(ExportWatch watch) : DelegatingHandler(new SocketsHttpHandler())
{
    /// <summary>In the header of an answer that is an error and nothing else; a success has it in the trailer.</summary>
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
