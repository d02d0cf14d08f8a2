using System.Text;
using System.Text.Json;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Formats;

/// <summary>Machine-generated mail reaches the receiver as data (docs/payloads.md, <c>calendar</c> and <c>report</c>).</summary>
public class MachineMailTests
{
    [Fact]
    public async Task An_invitation_carries_its_itip_data()
    {
        using var json = await PostAsync(
            """
            From: al@customer.com
            To: support@example.com
            Subject: Lunch
            MIME-Version: 1.0
            Content-Type: text/calendar; method=REQUEST; charset=utf-8

            BEGIN:VCALENDAR
            METHOD:REQUEST
            BEGIN:VEVENT
            UID:lunch-1@customer.com
            DTSTART:20260102T120000Z
            DTEND:20260102T130000Z
            SUMMARY:Lunch
            ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:support@example.com
            END:VEVENT
            END:VCALENDAR

            """);
        var calendar = json.RootElement.GetProperty("data").GetProperty("calendar");
        Assert.Equal("REQUEST", calendar.GetProperty("method").GetString());
        var invitation = calendar.GetProperty("events")[0];
        Assert.Equal("lunch-1@customer.com", invitation.GetProperty("uid").GetString());
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 12, 0, 0, TimeSpan.Zero),
            invitation.GetProperty("start").GetProperty("instant").GetDateTimeOffset());
        Assert.Equal("support@example.com",
            invitation.GetProperty("attendees")[0].GetProperty("mailbox").GetProperty("address").GetString());
    }

    [Fact]
    public async Task A_bounce_carries_its_parsed_report()
    {
        using var json = await PostAsync(
            """
            From: MAILER-DAEMON@mx.customer.com
            To: support@example.com
            Subject: Undelivered Mail Returned to Sender
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type=delivery-status; boundary=b

            --b
            Content-Type: text/plain

            It could not be delivered.
            --b
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx.customer.com

            Final-Recipient: rfc822; nobody@customer.com
            Action: failed
            Status: 5.1.1
            Diagnostic-Code: smtp; 550 5.1.1 No such user
            --b--

            """);
        var data = json.RootElement.GetProperty("data");
        Assert.Contains("bounce", data.GetProperty("kind").EnumerateArray().Select(kind => kind.GetString()));
        var report = data.GetProperty("report");
        Assert.Equal("dsn", report.GetProperty("type").GetString());
        var recipient = report.GetProperty("recipients")[0];
        Assert.Equal(("nobody@customer.com", "failed", "5.1.1"), (
            recipient.GetProperty("final_recipient").GetString(), recipient.GetProperty("action").GetString(),
            recipient.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Ordinary_mail_has_neither_a_calendar_nor_a_report()
    {
        using var json = await PostAsync(Mail);
        var data = json.RootElement.GetProperty("data");
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null),
            (data.GetProperty("calendar").ValueKind, data.GetProperty("report").ValueKind));
    }

    private static async Task<JsonDocument> PostAsync(string mail)
    {
        using var receiver = new KeptBody();
        var content = MailContent.FromMemory(Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n")));
        Assert.IsType<DeliveryOutcome.Delivered>(await DeliverAsync(receiver, attempt: Attempt(content: content)));
        return JsonDocument.Parse(receiver.Body!);
    }

    private sealed class KeptBody : HttpMessageHandler
    {
        public byte[]? Body { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            return new HttpResponseMessage(System.Net.HttpStatusCode.NoContent);
        }
    }
}
