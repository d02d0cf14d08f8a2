using System.Diagnostics;

namespace InboundBridge.MailFlow.Tracing;

/// <summary>
/// The source of all spans (docs/telemetry.md). Without a listener it makes none, and costs a look at one field. Spans never become the
/// flow's current activity: sessions and attempts share threads, and a span has to belong to its mail alone.
/// </summary>
public static class MailTracing
{
    public const string SourceName = "InboundBridge";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Whether anybody listens at all.</summary>
    internal static bool IsOn => Source.HasListeners();

    /// <param name="parent">Default: a trace of its own.</param>
    /// <returns>Null where nobody listens, or the mail is not among those that are sampled.</returns>
    internal static Activity? Begin(string name, ActivityKind kind, ActivityContext parent)
    {
        if (!IsOn)
            return null;
        var before = Activity.Current;
        Activity.Current = null;
        var span = Source.StartActivity(name, kind, parent);
        Activity.Current = before;
        if (span is null or { Recorded: true })
            return span;
        End(span);
        return null;
    }

    internal static void End(Activity span)
    {
        var before = Activity.Current;
        span.Dispose();
        Activity.Current = before;
    }
}
