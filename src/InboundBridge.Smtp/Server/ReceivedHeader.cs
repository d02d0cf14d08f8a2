using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server;

/// <summary>The Received field that every relay adds (RFC 5321 §4.4).</summary>
public static class ReceivedHeader
{
    /// <summary>Longer names are cut, to keep within the line limit of RFC 5322 §2.1.1.</summary>
    private const int LongestName = 255;

    private const int LongestAddress = 64;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]+/=");

    /// <summary>
    /// Writes the folded field with its final CRLF. Text that the client chose (HELO,
    /// names, addresses) can't end a line or a comment in it.
    /// </summary>
    /// <param name="id">The queue id.</param>
    /// <param name="onlyRecipient">
    /// Null when there are several: a <c>for</c> clause would reveal one recipient to the others (RFC 5321 §7.2).
    /// </param>
    public static void Write(
        IBufferWriter<byte> field, SmtpPeer peer, string hostname, string id, string? onlyRecipient, bool smtpUtf8, DateTimeOffset now)
    {
        field.Write("Received: from "u8);
        Name(field, peer.Helo is { } helo ? HelloLiteral.InHeader(helo) : "unknown");
        field.Write(" ("u8);
        Client(field, peer);
        field.Write(")\r\n\tby "u8);
        Name(field, hostname);
        field.Write(" with "u8);
        Protocol(field, peer, smtpUtf8);
        if (peer.Tls is { } tls)
        {
            field.Write("\r\n\t(version="u8);
            Name(field, tls.Version);
            field.Write(" cipher="u8);
            Name(field, tls.Cipher);
            field.Write(")"u8);
        }
        field.Write("\r\n\tid "u8);
        Name(field, id);
        if (onlyRecipient is not null)
        {
            field.Write("\r\n\tfor <"u8);
            Printable(field, onlyRecipient, smtpUtf8);
            field.Write(">"u8);
        }
        field.Write(";\r\n\t"u8);
        Date(field, now);
        field.Write("\r\n"u8);
    }

    private static void Client(IBufferWriter<byte> field, SmtpPeer peer)
    {
        if (peer.ClientName is { } name)
        {
            Name(field, name);
            field.Write(" "u8);
        }
        if (peer.ClientIp is not { } ip)
        {
            // A proxy may not know its client's address (XCLIENT); a client without one uses a unix socket otherwise.
            field.Write(peer.Remote is DnsEndPoint ? "unknown"u8 : "local"u8);
            return;
        }
        field.Write(ip.AddressFamily == AddressFamily.InterNetworkV6 ? "[IPv6:"u8 : "["u8);
        ip.TryFormat(field.GetSpan(LongestAddress), out var length);
        field.Advance(length);
        field.Write("]"u8);
    }

    /// <summary>RFC 3848 and RFC 6531 §4.3, which name UTF8LMTP as well.</summary>
    private static void Protocol(IBufferWriter<byte> field, SmtpPeer peer, bool smtpUtf8)
    {
        if (peer.Protocol is { } other)
        {
            field.Write(Encoding.UTF8.GetBytes(other));
            return;
        }
        var isLmtp = peer.Mode == SmtpListenerMode.Lmtp;
        if (!isLmtp && !peer.Esmtp)
        {
            field.Write("SMTP"u8);
            return;
        }
        field.Write(isLmtp ? smtpUtf8 ? "UTF8LMTP"u8 : "LMTP"u8 : smtpUtf8 ? "UTF8SMTP"u8 : "ESMTP"u8);
        if (peer.Tls is not null)
            field.Write("S"u8);
        if (peer.User is not null)
            field.Write("A"u8);
    }

    private static void Name(IBufferWriter<byte> field, string text)
    {
        var length = Math.Min(text.Length, LongestName);
        var octets = field.GetSpan(length);
        if (!text.AsSpan(0, length).ContainsAnyExcept(NameCharacters))
        {
            field.Advance(Encoding.ASCII.GetBytes(text.AsSpan(0, length), octets));
            return;
        }
        for (var index = 0; index < length; index++)
        {
            var c = text[index];
            octets[index] = NameCharacters.Contains(c) ? (byte)c : (byte)'?';
        }
        field.Advance(length);
    }

    private static void Printable(IBufferWriter<byte> field, string text, bool smtpUtf8)
    {
        var octets = field.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
            length += (PeerText.IsHarmful(rune) || (!smtpUtf8 && !rune.IsAscii) ? new Rune('?') : rune).EncodeToUtf8(octets[length..]);
        field.Advance(length);
    }

    /// <summary>The format "R" writes everything but the time zone, for which it always writes GMT.</summary>
    private static void Date(IBufferWriter<byte> field, DateTimeOffset now)
    {
        const int BeforeZone = 26;
        var text = field.GetSpan(BeforeZone + 5);
        now.DateTime.TryFormat(text, out _, "R", CultureInfo.InvariantCulture);
        var minutes = Math.Abs(now.TotalOffsetMinutes);
        text[BeforeZone] = now.TotalOffsetMinutes < 0 ? (byte)'-' : (byte)'+';
        (minutes / 60 * 100 + minutes % 60).TryFormat(text[(BeforeZone + 1)..], out _, "0000", CultureInfo.InvariantCulture);
        field.Advance(BeforeZone + 5);
    }
}
