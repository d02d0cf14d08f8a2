using System.Text;
using MimeKit;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>Messages as octets.</summary>
internal static class MailText
{
    // Every message has these fields, because Postfix adds those that are missing.
    private const string Date = "Fri, 02 Jan 2026 03:04:05 +0000";

    /// <summary>A message from the folder Mails, unchanged.</summary>
    public static byte[] Read(string name) =>
        File.ReadAllBytes(Path.Combine(Checkout.Root, "tests", "InboundBridge.ScenarioTests", "Mails", name));

    /// <summary>A small message with a number that identifies it.</summary>
    public static byte[] Numbered(int number, string subject = "number") =>
        Encoding.ASCII.GetBytes(
            $"From: Al <al@sender.test>\r\nTo: support@example.com\r\nSubject: {subject} {number}\r\nDate: {Date}\r\nMessage-ID: <{subject}-{number}@sender.test>\r\n\r\nBody {number}\r\n");

    /// <summary>A message of about the given size in lines of 76 octets.</summary>
    public static byte[] Large(int size)
    {
        var mail = new MemoryStream(size + 200);
        mail.Write(Encoding.ASCII.GetBytes(
            $"From: Al <al@sender.test>\r\nTo: support@example.com\r\nSubject: large\r\nDate: {Date}\r\nMessage-ID: <large@sender.test>\r\n\r\n"));
        for (var line = 0; mail.Length < size; line++)
            mail.Write(Encoding.ASCII.GetBytes($"{line:D10} {new string((char)('a' + (line % 26)), 65)}\r\n"));
        return mail.ToArray();
    }

    /// <summary>A message with a short text and one attachment in base64.</summary>
    public static byte[] WithAttachment(byte[] content)
    {
        var body = new BodyBuilder { TextBody = "See there" };
        body.Attachments.Add("large.bin", content);
        using var mail = new MimeMessage { Subject = "attached", MessageId = "attached@sender.test", Body = body.ToMessageBody() };
        mail.Headers[HeaderId.Date] = Date;
        mail.From.Add(new MailboxAddress("Al", "al@sender.test"));
        mail.To.Add(new MailboxAddress(string.Empty, "support@example.com"));
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        format.EnsureNewLine = true;
        using var octets = new MemoryStream((content.Length / 100 * 140) + 2000);
        mail.WriteTo(format, octets);
        return octets.ToArray();
    }

    /// <summary>Converts LF, which mailbox stores keep, to CRLF.</summary>
    public static byte[] WithCrlf(byte[] stored)
    {
        var wire = new MemoryStream(stored.Length + (stored.Length / 32));
        byte previous = 0;
        foreach (var octet in stored)
        {
            if (octet == '\n' && previous != '\r')
                wire.WriteByte((byte)'\r');
            wire.WriteByte(octet);
            previous = octet;
        }

        return wire.ToArray();
    }

    /// <summary>Asserts that the message came as it was sent, with only header lines of the servers on its way added on top.</summary>
    public static void AssertUnchangedBelowTrace(byte[] sent, byte[] came)
    {
        Assert.True(came.AsSpan().EndsWith(sent), $"changed on the way; {Difference(sent, came)}\ncame:\n{Shown(came)}");
        var trace = Encoding.Latin1.GetString(came[..^sent.Length]);
        Assert.True(trace.Length == 0 || trace.EndsWith("\r\n", StringComparison.Ordinal), $"the trace headers run into the mail: {trace}");
        var fields = trace.Replace("\r\n ", " ", StringComparison.Ordinal).Replace("\r\n\t", " ", StringComparison.Ordinal).Split(
            "\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.All(fields, field => Assert.Matches(
            "^(Received|Return-Path|Delivered-To|X-Original-To|Authentication-Results|ARC-[A-Za-z-]+|Received-SPF):", field));
    }

    private static string Shown(byte[] mail) => Encoding.Latin1.GetString(mail.Length > 4000 ? mail[..4000] : mail);

    private static string Difference(byte[] sent, byte[] came)
    {
        var same = 0;
        while (same < Math.Min(sent.Length, came.Length) && sent[^(same + 1)] == came[^(same + 1)])
            same++;
        return $"counted from the end, {same} of {sent.Length} octets are the same; before them was sent:\n{Tail(sent[..^same])}\nand came:\n{Tail(came[..^same])}";

        static string Tail(byte[] mail) => Encoding.Latin1.GetString(mail[Math.Max(0, mail.Length - 120)..]);
    }
}
