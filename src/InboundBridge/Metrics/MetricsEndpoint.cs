using InboundBridge.MailFlow.Metrics;
using Microsoft.Net.Http.Headers;
using Prometheus;

namespace InboundBridge.Metrics;

/// <summary>Answers <c>GET /metrics</c>.</summary>
internal sealed class MetricsEndpoint(MetricRegistry registry)
{
    private const string OpenMetricsType = "application/openmetrics-text";

    public async Task AnswerAsync(HttpContext context)
    {
        var format = Negotiate(context.Request.GetTypedHeaders().Accept);
        // Written whole before the first octet goes out: a slow scraper must not hold up the next one.
        using var body = new MemoryStream(32 * 1024);
        await registry.WriteAsync(body, format, context.RequestAborted);
        context.Response.ContentType = format == ExpositionFormat.OpenMetricsText
            ? $"{OpenMetricsType}; version=1.0.0; charset=utf-8"
            : "text/plain; version=0.0.4; charset=utf-8";
        context.Response.Headers.Vary = HeaderNames.Accept;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), context.RequestAborted);
    }

    /// <summary>OpenMetrics only for those who ask for it by name and like it at least as much as plain text (RFC 9110 §12.5.1).</summary>
    internal static ExpositionFormat Negotiate(IList<MediaTypeHeaderValue> accept)
    {
        var openMetrics =
            Best(accept, type => type.MediaType.Equals(OpenMetricsType, StringComparison.OrdinalIgnoreCase) && IsOurVersion(type));
        var plain = Best(accept, type => type.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase));
        return openMetrics > 0 && openMetrics >= plain ? ExpositionFormat.OpenMetricsText : ExpositionFormat.PrometheusText;
    }

    private static double Best(IEnumerable<MediaTypeHeaderValue> accept, Func<MediaTypeHeaderValue, bool> fits) =>
        accept.Where(fits).Select(type => type.Quality ?? 1).DefaultIfEmpty(0).Max();

    private static bool IsOurVersion(MediaTypeHeaderValue type)
    {
        var version = type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase));
        return version is null || version.Value.Equals("1.0.0", StringComparison.Ordinal)
            || version.Value.Equals("0.0.1", StringComparison.Ordinal);
    }
}
