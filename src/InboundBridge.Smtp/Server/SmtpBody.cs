using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server;

/// <summary>
/// The octets of one message as they arrive through DATA or BDAT: transparency removed (RFC 5321 §4.5.2), chunk framing gone,
/// otherwise untouched, CRLF line ends included. Read once, in order, by one reader.
/// </summary>
public abstract class SmtpBody
{
    /// <summary>
    /// Fills <paramref name="destination"/> with the next octets and returns how many; 0 at the end of the data, and then <see cref="Refusal"/> is final.
    /// </summary>
    /// <exception cref="SmtpConnectionLostException">The peer went away or was too slow: there is no message.</exception>
    public abstract ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>
    /// Why the wire refuses this message (over the size limit, bare newline, line too long): valid once <see cref="ReadAsync"/> returned 0.
    /// Null: the message is whole. A receiver that gets a refusal keeps nothing and answers with it.
    /// </summary>
    public abstract SmtpReply? Refusal { get; }

    /// <summary>True when bare CR or LF were found and made CRLF (<c>bare_newline: normalize</c>).</summary>
    public abstract bool Normalized { get; }
}
