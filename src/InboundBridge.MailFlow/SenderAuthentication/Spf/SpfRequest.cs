using System.Net;

namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>One question to SPF.</summary>
/// <param name="Client">The address of the SMTP client; an IPv4 address mapped into IPv6 counts as IPv4.</param>
/// <param name="Helo">The argument of EHLO or HELO.</param>
/// <param name="Sender">
/// The reverse-path of MAIL, <c>local@domain</c>. Empty for the null reverse-path, or to ask about HELO: then the identity is
/// <c>postmaster@helo</c> (RFC 7208 §2.4).
/// </param>
public sealed record SpfRequest(IPAddress Client, string Helo, string Sender);
