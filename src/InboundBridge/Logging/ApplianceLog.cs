using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Metrics;

namespace InboundBridge.Logging;

/// <summary>
/// The appliance's log, in place of the framework's own: its format, its level and the secrets that it hides can change while it runs.
/// </summary>
internal sealed class ApplianceLog : IDisposable
{
    private readonly ApplianceLoggerProvider _provider;
    private readonly LogFilters _filters;
    private readonly LoggerFactory _factory;
    private LogOptions _options;

    /// <param name="isJournal">The output is the journal of systemd.</param>
    public ApplianceLog(LogOptions options, TimeProvider time, Stream output, bool isJournal = false)
    {
        _options = options;
        _provider = new ApplianceLoggerProvider(options.Format, time, output, isJournal);
        _provider.Use(options.Syslog);
        _provider.Use(options.Level);
        _filters = new LogFilters(options.Level);
        // Not by LoggerFactory.Create: it builds a service container, which takes a twelfth of the start-up time.
        _factory = new LoggerFactory([_provider], _filters);
    }

    public ILoggerFactory Factory => _factory;

    /// <summary>The options in force.</summary>
    public LogOptions Options => Volatile.Read(ref _options);

    /// <summary>What is hidden at present.</summary>
    public SecretFilter Secrets => _provider.Secrets;

    public void CountIn(MetricRegistry metrics)
    {
        metrics.ObserveTotal(
            "log_lines_lost_total", "Log lines thrown away because the log could not be written fast enough", () => _provider.Lost);
        metrics.ObserveTotal(
            "syslog_lines_lost_total", "Log lines thrown away because the syslog receiver did not take them", () => _provider.LostBySyslog);
    }

    public void Replace(LogOptions options)
    {
        _provider.Use(options.Format);
        _provider.Use(options.Syslog);
        _provider.Use(options.Level);
        _filters.Replace(options.Level);
        Volatile.Write(ref _options, options);
    }

    public void Hide(SecretFilter secrets) => _provider.Hide(secrets);

    public void Dispose()
    {
        _factory.Dispose();
        _provider.Dispose();
    }
}
