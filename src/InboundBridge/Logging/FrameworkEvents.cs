namespace InboundBridge.Logging;

/// <summary>Events that the framework takes for errors and that strangers cause at will: nothing of ours is wrong.</summary>
internal static class FrameworkEvents
{
    private const string Server = "Microsoft.AspNetCore.Server.Kestrel";

    /// <summary>
    /// The server can't read on behind a body that we gave up, since it was too slow or too large. Its connection is closed all the same.
    /// </summary>
    private const string BodyGivenUp = "RequestBodyDrainBodyReaderInvalidState";

    /// <summary>The level that an event is worth.</summary>
    public static LogLevel LevelOf(string category, EventId id, LogLevel level) =>
        level > LogLevel.Debug && id.Name == BodyGivenUp && category.StartsWith(Server, StringComparison.Ordinal) ? LogLevel.Debug : level;
}
