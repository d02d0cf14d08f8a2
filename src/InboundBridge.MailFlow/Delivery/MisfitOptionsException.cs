namespace InboundBridge.MailFlow.Delivery;

/// <summary>
/// A rule's options have names or a structure that the destination does not know. A mail fills in texts only, so this comes from a change
/// to the configuration: usually the destination had another kind when the mail was accepted.
/// </summary>
internal sealed class MisfitOptionsException(string message, Exception? inner = null) : FormatException(message, inner);
