namespace InboundBridge.Logging;

/// <summary>Lowers the level of events that the framework logs as errors, though any client can cause them at will.</summary>
internal static class FrameworkEvents
{
    private const string Server = "Microsoft.AspNetCore.Server.Kestrel";

    /// <summary>
    /// We gave up a body that was too slow or too large, so the server can't read what follows it. The connection is closed all the same.
    /// </summary>
    private const string BodyGivenUp = "RequestBodyDrainBodyReaderInvalidState";

    /// <summary>The level at which the log has the event.</summary>
    public static LogLevel LevelOf(string category, EventId id, LogLevel level) =>
        level > LogLevel.Debug && id.Name == BodyGivenUp && category.StartsWith(Server, StringComparison.Ordinal) ? LogLevel.Debug : level;
}
