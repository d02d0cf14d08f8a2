using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Scanning;

/// <summary>What a scanner is told about a mail.</summary>
/// <param name="Id">The message's id, under which it is in our log.</param>
/// <param name="Content">
/// Prelude and octets. A spam scanner evaluates Received fields, and finds the client that it is told about in the topmost one, which is in
/// the prelude. For the same reason it is not misled by a forged topmost field. This is also what destinations get.
/// </param>
/// <param name="Hostname">Our name in Received fields.</param>
public sealed record ScannedMail(string Id, MailEnvelope Envelope, MailContent Content, string Hostname)
{
    /// <summary>When the mail came; null: now.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }
}
