using Prometheus;

namespace InboundBridge.Telemetry;

/// <summary>Counts the batches of one signal, and logs when the collector stops taking them and when it takes them again.</summary>
internal sealed partial class ExportWatch(string signal, TelemetryMetrics metrics, ILogger log)
{
    private readonly Counter.Child _taken = metrics.Of(signal, isTaken: true);
    private readonly Counter.Child _failed = metrics.Of(signal, isTaken: false);
    private bool _isFailing;

    /// <summary>Called by one thread at a time: an exporter sends one batch after the other.</summary>
    public void Exported(bool isTaken)
    {
        (isTaken ? _taken : _failed).Inc();
        if (isTaken == !_isFailing)
            return;
        _isFailing = !isTaken;
        if (isTaken)
            Works(signal);
        else
            Fails(signal);
    }

    [LoggerMessage(
        EventId = 2601, EventName = "telemetry_fails", Level = LogLevel.Warning, Message =
        "the collector of telemetry does not take what it is sent, which is lost signal={Signal}")]
    private partial void Fails(string signal);

    [LoggerMessage(
        EventId = 2602, EventName = "telemetry_works", Level = LogLevel.Information, Message =
        "the collector of telemetry takes again what it is sent signal={Signal}")]
    private partial void Works(string signal);
}
