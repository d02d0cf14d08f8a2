namespace InboundBridge.Smtp.Server;

/// <summary>
/// The connection ended inside a message. The octets received so far are not a message and are discarded (RFC 5321 §4.1.1.4).
/// </summary>
public sealed class SmtpConnectionLostException(string message, Exception? inner = null) : IOException(message, inner);
