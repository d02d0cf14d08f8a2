using System.Globalization;
using System.Text;
using MimeKit;

namespace InboundBridge.Demo;

/// <summary>The mails of the sample hour that are more than a text.</summary>
internal static class DemoExtras
{
    public static DemoMail Invoice(DateTimeOffset now, string number)
    {
        var body = new BodyBuilder
        {
            HtmlBody =
                $"<h2>Invoice {number}</h2><p>Dear customer,</p><p>thank you for your order. Please find the invoice attached.</p>"
                + "<table border=1 cellpadding=6><tr><th>Item<th>Amount<tr><td>Paper<td>€ 380.00<tr><td>Toner<td>€ 96.50</table>"
                + "<p><a href=\"https://supplier.example/invoices\">All your invoices</a></p>",
        };
        body.Attachments.Add($"invoice-{number}.pdf", "%PDF-1.4 a very short invoice"u8.ToArray());
        return Mail("Supplier Ltd <billing@supplier.example>", "invoices@example.com", $"Invoice {number}", body, now);
    }

    public static DemoMail Order(DateTimeOffset now, string subject) => Mail(
        "Nora West <nora@customer.example>", "sales@example.com", subject,
        new BodyBuilder { TextBody = "Please confirm price and date of delivery.\n" }, now);

    public static DemoMail Newsletter(DateTimeOffset now) => Mail(
        "Shop Weekly <news@shop.example>", "hello@example.com", "Autumn sale: everything must go",
        new BodyBuilder
        {
            HtmlBody =
                "<h1 style=\"color:#a33\">Autumn sale</h1><p>Up to <b>40 %</b> off.</p><img src=\"https://shop.example/banner.png\">"
                + "<img src=\"https://shop.example/pixel.gif?u=1871\" width=1 height=1>"
                + "<p><a href=\"https://shop.example/sale\">To the shop</a></p>",
        },
        now, mail => mail.Headers.Add("List-Unsubscribe", "<https://shop.example/unsubscribe/1871>"));

    /// <summary>It claims to come from a bank whose records do not allow the sending address.</summary>
    public static DemoMail Forged(DateTimeOffset now)
    {
        var body = new BodyBuilder
        {
            HtmlBody = "<p>Confirm your details: <a href=\"http://198.51.100.66/login\">https://bank.example/login</a></p>",
        };
        var mail = Mail("Your Bank <security@bank.example>", "hello@example.com", "Your account will be closed today", body, now);
        return mail with { ClientIp = DemoSenders.Forger };
    }

    public static DemoMail Executable(DateTimeOffset now)
    {
        var body = new BodyBuilder { TextBody = "Open the attached invoice at once.\n" };
        body.Attachments.Add("invoice.pdf.exe", "MZ"u8.ToArray());
        return Mail("Accounts <accounts@visitor.example>", "invoices@example.com", "Overdue invoice", body, now);
    }

    /// <summary>For a domain that the appliance does not serve: RCPT is refused.</summary>
    public static DemoMail Stranger(DateTimeOffset now) => Mail(
        "Somebody <somebody@visitor.example>", "victim@elsewhere.example", "Relay test", new BodyBuilder { TextBody = "Test\n" }, now);

    public static DemoMail Invitation(DateTimeOffset now)
    {
        var (start, end) = (now.AddDays(2), now.AddDays(2).AddHours(1));
        static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var calendar =
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//partner.example//calendar//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n"
            + $"UID:review@partner.example\r\nDTSTAMP:{Time(now)}\r\nDTSTART:{Time(start)}\r\nDTEND:{Time(end)}\r\n"
            + "SUMMARY:Review of the new hall\r\nLOCATION:Room 4\r\nORGANIZER;CN=Lea Holm:mailto:lea@partner.example\r\n"
            + "ATTENDEE;CN=Hello;PARTSTAT=NEEDS-ACTION:mailto:hello@example.com\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        var body = new BodyBuilder { TextBody = "You are invited to the review of the new hall.\n" };
        var part = (MimePart)body.Attachments.Add(
            "invite.ics", Encoding.UTF8.GetBytes(calendar), new ContentType("text", "calendar"));
        part.ContentType.Parameters.Add("method", "REQUEST");
        return Mail("Lea Holm <lea@partner.example>", "hello@example.com", "Invitation: review of the new hall", body, now);
    }

    /// <summary>A delivery status notification (RFC 3464) about a mail that the company sent.</summary>
    public static DemoMail Bounce(DateTimeOffset now)
    {
        var report = new MultipartReport("delivery-status")
        {
            new TextPart("plain") { Text = "Your message could not be delivered: the mailbox does not exist.\n" },
        };
        var status = new MessageDeliveryStatus();
        status.StatusGroups.Add([new Header("Reporting-MTA", "dns; mx.partner.example")]);
        status.StatusGroups.Add(
        [
            new Header("Final-Recipient", "rfc822; old.colleague@partner.example"), new Header("Action", "failed"),
            new Header("Status", "5.1.1"), new Header("Diagnostic-Code", "smtp; 550 5.1.1 no such mailbox"),
        ]);
        report.Add(status);
        report.Add(new TextPart("rfc822-headers") { Text = "From: hello@example.com\nSubject: Our new address\n" });
        var mail = Write(
            "Mail system <mailer-daemon@partner.example>", "hello@example.com", "Undelivered mail: Our new address", report, now, null);
        return mail with { Sender = string.Empty };
    }

    public static DemoMail Mail(
        string from, string to, string subject, BodyBuilder body, DateTimeOffset now, Action<MimeMessage>? prepare = null) =>
        Write(from, to, subject, body.ToMessageBody(), now, prepare);

    private static DemoMail Write(
        string from, string to, string subject, MimeEntity body, DateTimeOffset now, Action<MimeMessage>? prepare)
    {
        using var mail = new MimeMessage { Subject = subject, Date = now, Body = body };
        var author = (MailboxAddress)MailboxAddress.Parse(from);
        mail.From.Add(author);
        mail.To.Add(new MailboxAddress(string.Empty, to));
        prepare?.Invoke(mail);
        return DemoMail.Of(author.Address, to, mail, DemoSenders.AddressOf(author.Address));
    }
}
