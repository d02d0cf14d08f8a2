using System.Net;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Operations.Mails;

/// <summary>A mail that is submitted without SMTP.</summary>
/// <param name="Sender">Null: the null reverse-path.</param>
/// <param name="Length">Octets, as the client declares them; null when it does not.</param>
/// <param name="Content">Header and body; lines may end with CRLF, LF or CR.</param>
internal sealed record Submission(
    SmtpAddress? Sender, IReadOnlyList<SmtpAddress> Recipients, IPEndPoint Remote, IPEndPoint Local, long? Length, Stream Content)
{
    /// <summary>What the client said in EHLO; null: nothing.</summary>
    public string? Helo { get; init; }
}
