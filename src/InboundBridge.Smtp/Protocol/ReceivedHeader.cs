using System.Globalization;
using System.Text;
using InboundBridge.Smtp.Server;

namespace InboundBridge.Smtp.Protocol;

/// <summary>The trace field that every relay adds (RFC 5321 §4.4).</summary>
public static class ReceivedHeader
{
    /// <summary>A name longer than this tells nothing more, and would break the line limit of RFC 5322 §2.1.1.</summary>
    private const int LongestName = 255;

    /// <summary>One header field, folded, with its final CRLF. Whatever the peer chose (HELO, names, address) can't end a line or a comment in it.</summary>
    /// <param name="id">The queue id.</param>
    /// <param name="singleRecipient">Null where there are several: a <c>for</c> would tell each of the others (RFC 5321 §7.2).</param>
    public static string Format(SmtpPeer peer, string hostname, string id, SmtpAddress? singleRecipient, bool smtpUtf8, DateTimeOffset now)
    {
        var field = new StringBuilder("Received: from ", 256)
            .Append(peer.Helo is { } helo ? Name(helo) : "unknown")
            .Append(" (");
        if (peer.ClientName is { } name)
            field.Append(Name(name)).Append(' ');
        field.Append(peer.ClientIp is { } ip ? $"[{(ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? "IPv6:" : "")}{ip}]" : "local")
            .Append(")\r\n\tby ").Append(Name(hostname)).Append(" with ").Append(Protocol(peer, smtpUtf8));
        if (peer.Tls is { } tls)
            field.Append("\r\n\t(version=").Append(Name(tls.Version)).Append(" cipher=").Append(Name(tls.Cipher)).Append(')');
        field.Append("\r\n\tid ").Append(Name(id));
        if (singleRecipient is not null)
            field.Append("\r\n\tfor <").Append(Printable(singleRecipient.ToString(), smtpUtf8)).Append('>');
        return field.Append(";\r\n\t")
            .Append(now.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture))
            .Append(now.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal))
            .Append("\r\n").ToString();
    }

    /// <summary>RFC 3848 and RFC 6531 §4.3; LMTP has UTF8LMTP and the rest too.</summary>
    private static string Protocol(SmtpPeer peer, bool smtpUtf8)
    {
        if (peer.Protocol is { } other)
            return other;
        if (peer.Mode != SmtpListenerMode.Lmtp && !peer.Esmtp)
            return "SMTP";
        var name = peer.Mode == SmtpListenerMode.Lmtp ? "LMTP" : smtpUtf8 ? "SMTP" : "ESMTP";
        return $"{(smtpUtf8 ? "UTF8" : "")}{name}{(peer.Tls is null ? "" : "S")}{(peer.User is null ? "" : "A")}";
    }

    private static string Name(string text)
    {
        var clean = new StringBuilder(Math.Min(text.Length, LongestName));
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, LongestName)))
            clean.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':' or '[' or ']' or '+' or '/' or '=' ? c : '?');
        return clean.ToString();
    }

    private static string Printable(string text, bool smtpUtf8)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
            clean.Append(char.IsControl(c) || (!smtpUtf8 && c > '~') ? '?' : c);
        return clean.ToString();
    }
}
