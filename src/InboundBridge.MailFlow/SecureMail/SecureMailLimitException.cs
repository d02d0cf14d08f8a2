namespace InboundBridge.MailFlow.SecureMail;

/// <summary>A mail is beyond <see cref="SecureMailLimits"/>: its result is unknown.</summary>
internal sealed class SecureMailLimitException(string message) : Exception(message);
