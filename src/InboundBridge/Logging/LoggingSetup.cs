using InboundBridge.Configuration;

namespace InboundBridge.Logging;

/// <summary>Puts the appliance's log in place of the framework's own.</summary>
internal static class LoggingSetup
{
    /// <summary>Our events from the configured level on; the framework's only from warnings on, unless debugging.</summary>
    public static ILoggingBuilder UseApplianceLog(this ILoggingBuilder logging, LogOptions options, ApplianceLoggerProvider provider)
    {
        logging.ClearProviders();
        logging.AddProvider(provider);
        logging.SetMinimumLevel(options.Level);
        var frameworkLevel = options.Level < LogLevel.Information || options.Level > LogLevel.Warning ? options.Level : LogLevel.Warning;
        logging.AddFilter("Microsoft", frameworkLevel);
        logging.AddFilter("System", frameworkLevel);
        return logging;
    }
}
