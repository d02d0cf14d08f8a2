using InboundBridge.Demo;
using InboundBridge.Mime;

namespace InboundBridge.UnitTests.Host.Demo;

/// <summary>The sample hour holds one of everything that the demo promises; its senders have the records that checks ask for.</summary>
public sealed class DemoHourTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly List<DemoMail> Mails =
        [.. Enumerable.Range(0, DemoHour.Minutes).SelectMany(minute => DemoHour.At(minute, Start.AddMinutes(minute)))];

    [Fact]
    public void Every_kind_of_mail_is_in_it()
    {
        Assert.InRange(Mails.Count, 100, 200);
        foreach (var recipient in new[] { "support@example.com", "invoices@example.com", "sales@example.com", "victim@elsewhere.example" })
            Assert.Contains(Mails, mail => mail.Recipient == recipient);
        Assert.Contains(Mails, mail => mail is { Sender: "security@bank.example", ClientIp: DemoSenders.Forger });
        Assert.Contains(Mails, mail => mail.Sender.Length == 0 && Open(mail).Report is not null);
        Assert.Contains(Mails, mail => Open(mail).Attachments.Any(file => file.FileName == "invoice.pdf.exe"));
    }

    [Fact]
    public void Each_sender_but_the_forger_comes_from_the_address_that_its_record_allows()
    {
        foreach (var mail in Mails.Where(mail => mail.ClientIp != DemoSenders.Forger))
        {
            var domain = mail.Sender.Length > 0 ? mail.Sender.Split('@')[1] : DemoSenders.NameOf(mail.ClientIp!);
            Assert.Equal($"v=spf1 ip4:{mail.ClientIp} -all", DemoSenders.Records[domain]);
            Assert.Equal(mail.ClientIp, DemoSenders.AddressOf($"x@{domain.Replace("mail.", "", StringComparison.Ordinal)}"));
        }
        Assert.All(DemoSenders.Records.Values, text => Assert.InRange(text.Length, 1, 255));
    }

    private static MimeMessage Open(DemoMail mail) => MimeMessage.Open(MimeSource.FromMemory(mail.Octets));
}
