namespace InboundBridge.MailFlow.Queue.Destinations;

/// <summary>A connection that the receiver of mail has opened, and on which it is the server now (RFC 2645).</summary>
/// <param name="Octets">Remains the session's that accepted the connection.</param>
/// <param name="Host">The receiver, as replies on record name it.</param>
/// <param name="IsEncrypted">It runs over TLS, and the receiver has signed in.</param>
public sealed record TurnedConnection(Stream Octets, string Host, bool IsEncrypted);
