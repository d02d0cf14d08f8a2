using System.Text.Json;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Webhooks;

/// <summary>
/// django-anymail converts each vendor's request to a common form of message. From our requests it must get the message that was sent.
/// </summary>
public class Django_anymail_takes_every_dialect
{
    private const string Key = "key-0123456789abcdef0123456789abcdef";

    /// <summary>A format of ours, and Anymail's URL for it.</summary>
    public static TheoryData<string, string> Dialects() => new()
    {
        { "mailgun", "/anymail/mailgun/inbound/" },
        { "mailgun-mime", "/anymail/mailgun/inbound_mime/" },
        { "sendgrid", "/anymail/sendgrid/inbound/" },
        { "sendgrid-raw", "/anymail/sendgrid/inbound/" },
        { "postmark", "/anymail/postmark/inbound/" },
        { "mandrill", "/anymail/mandrill/" },
        { "ses-sns", "/anymail/amazon_ses/inbound/" },
    };

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task A_reply_is_read_as_it_was_written(string format, string path)
    {
        await using var django = await StartAsync();
        var said = await DeliverAsync(django, format, path, "reply");
        // Anymail does not read Mandrill's msg.sender.
        Assert.Equal(format == "mandrill" ? null : "al@customer.com", Text(said, "envelope_sender"));
        Assert.Equal("support+42@example.com", Text(said, "envelope_recipient"));
        Assert.Equal(["Al Müller", "al@customer.com"], said.GetProperty("from").EnumerateArray().Select(
            one => one.GetString()), StringComparer.OrdinalIgnoreCase);
        Assert.Equal(["carol@example.net"], said.GetProperty("cc").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(
            ["support+42@example.com", "second@example.com"], said.GetProperty("to").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal("Re: Grüße from <us> & \"them\"", Text(said, "subject"));
        Assert.Equal("<m2@customer.com>", Text(said, "message_id"));
        Assert.Equal("2026-01-02T04:04:03+01:00", Text(said, "date"));
        Assert.StartsWith("It broke, grüße ©", Text(said, "text"));
        Assert.Equal("<p>It broke, <b>grüße</b> ©</p>", Text(said, "html")!.Trim());
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Attachments_are_whole_and_named(string format, string path)
    {
        await using var django = await StartAsync();
        var said = await DeliverAsync(django, format, path, "attachments");
        Assert.Equal("Invoice 📎", Text(said, "subject"));
        var files = said.GetProperty("attachments").EnumerateArray().ToDictionary(
            one => one.GetProperty("type").GetString()!, one => one.GetProperty("sha256").GetString());
        Assert.Equal("4016ea74a8745cf769bc5983af8375fe82fc27ac551b137e9ac39323b30ef219", files["application/pdf"]);
        Assert.Contains(said.GetProperty("attachments").EnumerateArray(), one => one.GetProperty("name").GetString() == "rechnung ü.pdf");
        Assert.Equal(["logo@x"], said.GetProperty("inline").EnumerateArray().Select(one => one.GetString()));
    }

    [Theory]
    [InlineData("mailgun", "/anymail/mailgun/inbound/")]
    [InlineData("mandrill", "/anymail/mandrill/")]
    public async Task A_wrong_key_is_refused(string format, string path)
    {
        await using var django = await StartAsync();
        var outcome = await django.DeliverAsync(format, path, VendorClient.Mail("reply"), "another key", "user:password@");
        Assert.StartsWith("400 ", Assert.IsType<DeliveryOutcome.RetryLater>(outcome).Reply.Text);
        Assert.Equal(0, django.Reports);
    }

    private static async Task<VendorClient> StartAsync()
    {
        var python = PeerPrograms.Find("/usr/bin/python3", "python3");
        var probe = await PeerProcess.RunAsync("python3", python, ["-c", "import anymail, django"]);
        if (probe.ExitCode != 0)
            PeerPrograms.Missing<object>("django-anymail is missing (Debian package python3-django-anymail)");
        return await VendorClient.StartAsync(python, [VendorClient.Script("anymail_receiver.py"), Key]);
    }

    private static async Task<JsonElement> DeliverAsync(VendorClient django, string format, string path, string mail)
    {
        var outcome = await django.DeliverAsync(format, path, VendorClient.Mail(mail), Key, "user:password@");
        Assert.True(outcome is DeliveryOutcome.Delivered, $"{outcome.Reply.Text}\n{django.Log}");
        return await django.SaidAsync();
    }

    private static string? Text(JsonElement said, string name) => said.GetProperty(name).GetString();
}
