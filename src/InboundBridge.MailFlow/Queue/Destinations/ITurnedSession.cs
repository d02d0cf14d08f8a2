namespace InboundBridge.MailFlow.Queue.Destinations;

/// <summary>A session with a receiver that collects its mail. Used by one caller at a time.</summary>
public interface ITurnedSession : IDisposable
{
    /// <summary>Another mail can be sent. False when the connection has failed, or the receiver takes no more.</summary>
    bool IsUsable { get; }

    /// <summary>The connection failed before the session was open, and the receiver has refused nothing. No mail was attempted.</summary>
    bool IsUnheard { get; }

    /// <summary>Says goodbye, where the session is usable.</summary>
    ValueTask QuitAsync();
}
