using MimeKit;

namespace InboundBridge.Demo;

/// <summary>Three typical mails: plain text to a plus-address, HTML with an attachment, and a reply in another alphabet.</summary>
internal static class DemoMails
{
    private static readonly DateTimeOffset Sent = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static IReadOnlyList<DemoMail> All { get; } =
    [
        Mail(
            new MailboxAddress("Al Green", "al@customer.example"), "support+42@example.com", "The printer is on fire",
            new BodyBuilder { TextBody = "It began after lunch. Please hurry." }),
        Mail(new MailboxAddress("Supplier Ltd", "billing@supplier.example"), "invoices@example.com", "Invoice 2026-001", Invoice()),
        Mail(
            new MailboxAddress("ゆき", "yuki@partner.example"), "hello@example.com", "Re: Grüße",
            new BodyBuilder
            {
                TextBody = "ありがとう!\n\nOn Thu, 1 Jan 2026 at 10:00, Hello <hello@example.com> wrote:\n> Happy new year\n",
            },
            inReplyTo: "earlier@example.com"),
    ];

    private static BodyBuilder Invoice()
    {
        var body = new BodyBuilder { HtmlBody = "<p>Dear customer,</p><p>please find the <b>invoice</b> attached.</p>" };
        body.Attachments.Add("invoice.pdf", "%PDF-1.4 a very short invoice"u8.ToArray());
        return body;
    }

    private static DemoMail Mail(MailboxAddress from, string to, string subject, BodyBuilder body, string? inReplyTo = null)
    {
        using var mail = new MimeMessage { Subject = subject, Date = Sent, Body = body.ToMessageBody() };
        mail.From.Add(from);
        mail.To.Add(new MailboxAddress(string.Empty, to));
        mail.MessageId = $"demo-{to.Split('@', '+')[0]}@{from.Domain}";
        if (inReplyTo is not null)
            mail.InReplyTo = inReplyTo;
        return DemoMail.Of(from.Address, to, mail, DemoSenders.AddressOf(from.Address));
    }
}
