namespace InboundBridge.Smtp.Server;

/// <summary>
/// What a receiver does with a connection whose roles turn (ATRN, RFC 2645). The session disposes of it in any case, also when the client
/// is gone before the roles could turn.
/// </summary>
public interface ISmtpTurn : IAsyncDisposable
{
    /// <summary>
    /// Called once, after the positive reply was sent: the client is the server now and greets us first. Must bound its own time: the
    /// session's limits no longer apply.
    /// </summary>
    /// <param name="connection">
    /// The octets in both directions, under the session's TLS. It stays the session's: disposing of it does not close the connection.
    /// </param>
    /// <param name="shutdown">The graceful stop: the mail under way is finished, and none follows.</param>
    /// <returns>True when it ended with QUIT; false when the connection failed.</returns>
    ValueTask<bool> RunAsync(Stream connection, CancellationToken shutdown);
}
