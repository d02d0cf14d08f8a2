using Microsoft.Extensions.Options;

namespace InboundBridge.Logging;

/// <summary>
/// Decides which events are logged; a reload may change it. Our own are logged from the configured level on, the framework's only from
/// warnings on, unless the level is debug or trace.
/// </summary>
internal sealed class LogFilters(LogLevel level) : IOptionsMonitor<LoggerFilterOptions>
{
    private readonly List<Action<LoggerFilterOptions, string?>> _listeners = [];
    private LogLevel _level = level;

    /// <summary>The level in force.</summary>
    public LogLevel Level => _level;

    public LoggerFilterOptions CurrentValue => Create(_level);

    public LoggerFilterOptions Get(string? name) => CurrentValue;

    public IDisposable? OnChange(Action<LoggerFilterOptions, string?> listener)
    {
        lock (_listeners)
            _listeners.Add(listener);
        return null;
    }

    public void Replace(LogLevel next)
    {
        if (next == _level)
            return;
        _level = next;
        lock (_listeners)
        {
            foreach (var listener in _listeners)
                listener(CurrentValue, null);
        }
    }

    private static LoggerFilterOptions Create(LogLevel level)
    {
        var frameworkLevel = level < LogLevel.Information || level > LogLevel.Warning ? level : LogLevel.Warning;
        var filters = new LoggerFilterOptions { MinLevel = level };
        filters.Rules.Add(new LoggerFilterRule(providerName: null, "Microsoft", frameworkLevel, filter: null));
        filters.Rules.Add(new LoggerFilterRule(providerName: null, "System", frameworkLevel, filter: null));
        return filters;
    }
}
