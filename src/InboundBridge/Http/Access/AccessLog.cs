using InboundBridge.MailFlow.Metrics;
using InboundBridge.Smtp.Server.Limits;

namespace InboundBridge.Http.Access;

/// <summary>Counts refused tokens and logs them, up to a limit of lines a minute.</summary>
internal sealed partial class AccessLog
{
    private const int LinesAMinute = 60;

    private readonly RateBuckets<int> _lines;
    private readonly CounterSeries _refused;
    private readonly ILogger<AccessLog> _logger;

    public AccessLog(MetricRegistry metrics, TimeProvider clock, ILogger<AccessLog> logger)
    {
        (_lines, _logger) = (new RateBuckets<int>(clock, mostKeys: 1), logger);
        _refused = metrics.Counter("http_refused_tokens_total", "Bearer tokens refused by reason: wrong, too_many, busy", "reason");
        foreach (var reason in new[] { "wrong", "too_many", "busy" })
            _refused.FromZero(reason);
    }

    /// <param name="reason"><c>wrong</c>, <c>too_many</c> (from this client) or <c>busy</c> (too many are being checked).</param>
    public void Refused(string reason, string client, string method, string path)
    {
        _refused.With(reason).Inc();
        if (_lines.TryAdd(0, LinesAMinute, TimeSpan.FromMinutes(1)))
            TokenRefused(reason, client, method, path);
    }

    [LoggerMessage(
        EventId = 2722, EventName = "token_refused", Level = LogLevel.Warning, Message =
        "a token was refused: reason={Reason} client={Client} method={Method} path={Path}")]
    private partial void TokenRefused(string reason, string client, string method, string path);
}
