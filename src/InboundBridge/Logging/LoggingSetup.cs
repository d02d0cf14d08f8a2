using InboundBridge.Configuration;

namespace InboundBridge.Logging;

/// <summary>Puts the appliance's log in place of the framework's own.</summary>
internal static class LoggingSetup
{
    /// <summary>Our events from the configured level on; the framework's only from warnings on, unless debugging.</summary>
    /// <param name="provider">Stays the caller's to dispose of.</param>
    public static LoggerFactory CreateFactory(LogOptions options, ApplianceLoggerProvider provider)
    {
        var frameworkLevel = options.Level < LogLevel.Information || options.Level > LogLevel.Warning ? options.Level : LogLevel.Warning;
        var filters = new LoggerFilterOptions { MinLevel = options.Level };
        filters.Rules.Add(new LoggerFilterRule(providerName: null, "Microsoft", frameworkLevel, filter: null));
        filters.Rules.Add(new LoggerFilterRule(providerName: null, "System", frameworkLevel, filter: null));
        // Not by LoggerFactory.Create, which makes a container of services for it: a twelfth of a start.
        return new LoggerFactory([provider], filters);
    }
}
