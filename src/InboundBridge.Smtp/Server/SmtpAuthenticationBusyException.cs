namespace InboundBridge.Smtp.Server;

/// <summary>So many passwords wait to be checked that this one is not: the client tries again later. No fault, and nothing to be counted against anybody.</summary>
public sealed class SmtpAuthenticationBusyException() : Exception("too many passwords are being checked");
