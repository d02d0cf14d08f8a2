using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server;

/// <summary>
/// The octets of one message as they arrive through DATA or BDAT, without dot-stuffing (RFC 5321 §4.5.2) and chunk framing; everything else
/// is unchanged, CRLF line ends included. One reader reads it once, in order.
/// </summary>
public abstract class SmtpBody
{
    /// <summary>
    /// Writes the next octets to <paramref name="destination"/> and returns their number; 0 at the end of the message, when
    /// <see cref="Refusal"/> is final.
    /// </summary>
    /// <exception cref="SmtpConnectionLostException">The client closed the connection or was too slow: there is no message.</exception>
    public abstract ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>
    /// Why the session refuses this message (too large, bare newline); valid once <see cref="ReadAsync"/> has returned 0. Null when the
    /// message is whole. A receiver that finds a refusal keeps nothing and answers with it.
    /// </summary>
    public abstract SmtpReply? Refusal { get; }

    /// <summary>Bare CR or LF were found and replaced by CRLF (<c>bare_newline: normalize</c>).</summary>
    public abstract bool Normalized { get; }
}
