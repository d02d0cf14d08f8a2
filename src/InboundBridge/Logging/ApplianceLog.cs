using InboundBridge.Configuration.Options;

namespace InboundBridge.Logging;

/// <summary>
/// The appliance's log in place of the framework's own: format, level and what must not appear in it can change while it runs.
/// </summary>
internal sealed class ApplianceLog : IDisposable
{
    private readonly ApplianceLoggerProvider _provider;
    private readonly LogFilters _filters;
    private readonly LoggerFactory _factory;
    private LogOptions _options;

    public ApplianceLog(LogOptions options, TimeProvider time, Stream output)
    {
        _options = options;
        _provider = new ApplianceLoggerProvider(options.Format, time, output);
        _filters = new LogFilters(options.Level);
        // Not by LoggerFactory.Create, which makes a container of services for it: a twelfth of a start.
        _factory = new LoggerFactory([_provider], _filters);
    }

    public ILoggerFactory Factory => _factory;

    /// <summary>What is in force.</summary>
    public LogOptions Options => Volatile.Read(ref _options);

    public void Replace(LogOptions options)
    {
        _provider.Use(options.Format);
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
