namespace InboundBridge.Smtp.Server;

/// <summary>Too many passwords wait to be checked. The client should try again later; the attempt doesn't count as a failure.</summary>
public sealed class SmtpAuthenticationBusyException() : Exception("too many passwords are being checked");
