using System.Globalization;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Client;

/// <summary>A session can't continue. <see cref="Reply"/> is the cause in the form of a reply: the server's own, or one of ours.</summary>
public sealed class SmtpClientException(SmtpFault fault, SmtpReply reply, Exception? inner = null)
    : IOException($"{reply.Code} {reply.Text.ReplaceLineEndings(" ")}", inner)
{
    public SmtpFault Fault { get; } = fault;

    public SmtpReply Reply { get; } = reply;

    internal static SmtpClientException Unreachable(SmtpEndpoint server, string why, Exception? inner = null) =>
        new(SmtpFault.Unreachable, Own(4, 1, $"could not connect to {server}: {why}", "unreachable"), inner);

    internal static SmtpClientException Lost(Exception? inner = null) =>
        new(SmtpFault.Lost, Own(4, 2, "the connection was closed by the server", "connection_lost"), inner);

    internal static SmtpClientException TimedOut(TimeSpan limit) =>
        new(
            SmtpFault.TimedOut,
            Own(4, 2, string.Create(
                CultureInfo.InvariantCulture, $"the server did not answer within {limit.TotalSeconds:0.#} s"), "timed_out"));

    internal static SmtpClientException Violation(string what) =>
        new(SmtpFault.Violation, Own(5, 0, $"the server does not speak SMTP: {what}", "protocol_violation"));

    internal static SmtpClientException Refused(SmtpReply reply) => new(SmtpFault.Refused, reply);

    internal static SmtpClientException Tls(string why, Exception? inner = null) =>
        new(SmtpFault.Tls, Own(7, 5, why, SmtpTlsReason.Handshake), inner);

    internal static SmtpClientException NoTls(string why) => new(SmtpFault.Tls, Own(7, 5, why, SmtpTlsReason.NotOffered));

    internal static SmtpClientException Certificate(string name, SmtpCertificateFault why, Exception inner)
    {
        var (text, reason) = why switch
        {
            SmtpCertificateFault.HostMismatch => ($"the server's certificate is not for {name}", SmtpTlsReason.HostMismatch),
            SmtpCertificateFault.Expired => ($"the certificate of {name} has expired or is not valid yet", SmtpTlsReason.Expired),
            SmtpCertificateFault.Mismatch =>
                ($"the certificate of {name} is not the one that its domain has published (TLSA)", SmtpTlsReason.Mismatch),
            _ => ($"no trusted authority has issued the certificate of {name}", SmtpTlsReason.NotTrusted),
        };
        return new(SmtpFault.Tls, Own(7, 5, text, reason), inner);
    }

    internal static SmtpClientException Authentication(string why) =>
        new(SmtpFault.Authentication, Own(7, 0, why, "authentication"));

    internal static SmtpClientException Content(Exception? inner) =>
        new(SmtpFault.Content, Own(3, 0, "the stored mail could not be read", "content_unreadable"), inner);

    private static SmtpReply Own(int subject, int detail, string text, string reason) =>
        SmtpReply.Create(451, subject, detail, text, reason);
}

public enum SmtpFault
{
    Unreachable,
    Lost,
    TimedOut,
    Violation,

    /// <summary>The server refused; <see cref="SmtpClientException.Reply"/> is its reply.</summary>
    Refused,
    Tls,
    Authentication,

    /// <summary>We could not read the message.</summary>
    Content,
}
