namespace InboundBridge.MailFlow.SenderAuthentication.Signatures;

/// <summary>
/// Whether tag <c>h=</c> names a field once more than the mail has it, so that the signature breaks when somebody adds another one on the
/// way (RFC 6376 §8.15).
/// </summary>
internal enum OverSigning
{
    /// <summary>Mailing lists add fields of this name, and may.</summary>
    No,

    /// <summary>Servers add this field where a mail lacks it, but nobody adds a second one.</summary>
    WherePresent,

    Always,
}
