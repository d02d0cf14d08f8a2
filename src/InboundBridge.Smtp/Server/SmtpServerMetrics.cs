namespace InboundBridge.Smtp.Server;

/// <summary>
/// Where the sessions of a server count. This project knows no metrics library: the host overrides what it wants to count.
/// </summary>
public abstract class SmtpServerMetrics
{
    /// <summary>Counts nothing.</summary>
    public static SmtpServerMetrics None { get; } = new Nothing();

    /// <summary>The counters of one listener. A session asks once, when it begins.</summary>
    public abstract SmtpListenerMetrics ForListener(string listener);

    private sealed class Nothing : SmtpServerMetrics
    {
        private readonly SmtpListenerMetrics _listener = new Silent();

        public override SmtpListenerMetrics ForListener(string listener) => _listener;

        private sealed class Silent : SmtpListenerMetrics;
    }
}
