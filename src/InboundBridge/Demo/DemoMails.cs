using System.Text;

namespace InboundBridge.Demo;

/// <summary>
/// Three mails of everyday kinds: plain text to a plus-address, HTML with an attachment, and a reply in another alphabet.
/// </summary>
internal static class DemoMails
{
    public static IReadOnlyList<DemoMail> All { get; } =
    [
        new("al@customer.example", "support+42@example.com", Lines(
            "From: Al Green <al@customer.example>",
            "To: support+42@example.com",
            "Subject: The printer is on fire",
            "Message-ID: <demo-1@customer.example>",
            "Date: Fri, 02 Jan 2026 03:04:05 +0000",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            string.Empty,
            "It began after lunch. Please hurry.")),
        new("billing@supplier.example", "invoices@example.com", Lines(
            "From: Supplier Ltd <billing@supplier.example>",
            "To: invoices@example.com",
            "Subject: Invoice 2026-001",
            "Message-ID: <demo-2@supplier.example>",
            "Date: Fri, 02 Jan 2026 03:05:00 +0000",
            "MIME-Version: 1.0",
            "Content-Type: multipart/mixed; boundary=\"part\"",
            string.Empty,
            "--part",
            "Content-Type: text/html; charset=utf-8",
            string.Empty,
            "<p>Dear customer,</p><p>please find the <b>invoice</b> attached.</p>",
            "--part",
            "Content-Type: application/pdf; name=\"invoice.pdf\"",
            "Content-Disposition: attachment; filename=\"invoice.pdf\"",
            "Content-Transfer-Encoding: base64",
            string.Empty,
            Convert.ToBase64String("%PDF-1.4 a very short invoice"u8),
            "--part--")),
        new("yuki@partner.example", "hello@example.com", Lines(
            "From: =?utf-8?B?" + Convert.ToBase64String(Encoding.UTF8.GetBytes("ゆき")) + "?= <yuki@partner.example>",
            "To: hello@example.com",
            "Subject: =?utf-8?Q?Re:_Gr=C3=BC=C3=9Fe?=",
            "Message-ID: <demo-3@partner.example>",
            "In-Reply-To: <earlier@example.com>",
            "Date: Fri, 02 Jan 2026 03:06:00 +0000",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
            string.Empty,
            "ありがとう!",
            string.Empty,
            "On Thu, 1 Jan 2026 at 10:00, Hello <hello@example.com> wrote:",
            "> Happy new year")),
    ];

    private static byte[] Lines(params string[] lines) => Encoding.UTF8.GetBytes(string.Join("\r\n", lines) + "\r\n");
}

/// <param name="Octets">The mail, CRLF line ends.</param>
internal sealed record DemoMail(string Sender, string Recipient, byte[] Octets);
