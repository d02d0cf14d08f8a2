namespace InboundBridge.Smtp.Server;

/// <summary>The connection ended inside a message. What was received so far is not a message and is thrown away (RFC 5321 §4.1.1.4).</summary>
public sealed class SmtpConnectionLostException(string message, Exception? inner = null) : IOException(message, inner);
