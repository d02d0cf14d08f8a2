namespace InboundBridge.MailFlow.Reception;

/// <summary>
/// Follows one mail while it streams in, octet for octet as the sender sent it: without the prelude that we put on top, and with the
/// Authentication-Results fields that <c>ForgedResultsFilter</c> cuts. That is what signatures were made over (RFC 6376 §3.7, RFC
/// 8617 §5.1), so no second pass over the mail is needed.
/// </summary>
internal interface IReceivedOctets
{
    /// <param name="octets">The next ones; at least one; valid during the call.</param>
    void Take(ReadOnlySpan<byte> octets);
}
