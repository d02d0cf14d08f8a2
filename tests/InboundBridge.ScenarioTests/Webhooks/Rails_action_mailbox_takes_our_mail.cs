using System.Security.Cryptography;
using System.Text;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Webhooks;

/// <summary>Each ingress of Rails' Action Mailbox, with Rails' own authentication.</summary>
public class Rails_action_mailbox_takes_our_mail
{
    /// <summary>Not base64, because Mailgun's and Mandrill's schemes use the text of the secret as the key.</summary>
    private const string Password = "ingress password";

    [Theory]
    [InlineData("relay", "action-mailbox", "/rails/action_mailbox/relay/inbound_emails", "", "X-Original-To: support+42@example.com\r\n")]
    [InlineData("mailgun", "mailgun", "/rails/action_mailbox/mailgun/inbound_emails/mime", "", "X-Original-To: support+42@example.com\n")]
    [InlineData(
        "mailgun", "mailgun-mime", "/rails/action_mailbox/mailgun/inbound_emails/mime", "", "X-Original-To: support+42@example.com\n")]
    [InlineData("postmark", "postmark-raw", "/rails/action_mailbox/postmark/inbound_emails", "actionmailbox:ingress%20password@", "")]
    [InlineData(
        "sendgrid", "sendgrid-raw", "/rails/action_mailbox/sendgrid/inbound_emails", "actionmailbox:ingress%20password@",
        "X-Original-To: support+42@example.com\n")]
    [InlineData("mandrill", "mandrill", "/rails/action_mailbox/mandrill/inbound_emails", "", "")]
    public async Task An_ingress_takes_its_format_and_keeps_the_mail(string ingress, string format, string path, string user, string top)
    {
        using var folder = new PeerFolder();
        await using var rails = await StartAsync(folder, ingress);
        var mail = VendorClient.Mail("reply");
        var outcome = await rails.DeliverAsync(format, path, mail, Password, user);
        Assert.True(outcome is DeliveryOutcome.Delivered, $"{outcome.Reply.Text}\n{rails.Log}");
        var said = await rails.SaidAsync();
        Assert.Equal("m2@customer.com", said.GetProperty("message_id").GetString());
        var source = said.GetProperty("source").GetBytesFromBase64();
        Assert.Equal(Encoding.Latin1.GetString([.. Encoding.ASCII.GetBytes(top), .. mail]), Encoding.Latin1.GetString(source));
    }

    [Theory]
    [InlineData("relay", "action-mailbox", "/rails/action_mailbox/relay/inbound_emails")]
    [InlineData("mailgun", "mailgun-mime", "/rails/action_mailbox/mailgun/inbound_emails/mime")]
    [InlineData("mandrill", "mandrill", "/rails/action_mailbox/mandrill/inbound_emails")]
    public async Task A_wrong_password_is_refused_and_tried_again(string ingress, string format, string path)
    {
        using var folder = new PeerFolder();
        await using var rails = await StartAsync(folder, ingress);
        var outcome = await rails.DeliverAsync(format, path, VendorClient.Mail("reply"), "another password");
        Assert.StartsWith("401 ", Assert.IsType<DeliveryOutcome.RetryLater>(outcome).Reply.Text);
        Assert.Equal(0, rails.Reports);
    }

    /// <summary>
    /// Rails drops a mail whose Message-ID and octets it knows: X-Original-To keeps the copy for another recipient apart.
    /// </summary>
    [Fact]
    public async Task The_same_mail_for_two_recipients_arrives_twice_and_once_for_each()
    {
        using var folder = new PeerFolder();
        await using var rails = await StartAsync(folder, "relay");
        var mail = VendorClient.Mail("reply");
        foreach (var recipient in new[] { "a@example.com", "b@example.com", "a@example.com" })
        {
            var outcome = await rails.DeliverAsync(
                "action-mailbox", "/rails/action_mailbox/relay/inbound_emails", mail, Password, recipients: [recipient]);
            Assert.True(outcome is DeliveryOutcome.Delivered, $"{outcome.Reply.Text}\n{rails.Log}");
        }
        Assert.Contains(
            "a@example.com", (await rails.SaidAsync()).GetProperty("recipients").EnumerateArray().Select(one => one.GetString()));
        Assert.Contains(
            "b@example.com", (await rails.SaidAsync()).GetProperty("recipients").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(2, rails.Reports);
    }

    [Fact]
    public async Task Binary_octets_are_kept()
    {
        using var folder = new PeerFolder();
        await using var rails = await StartAsync(folder, "relay");
        var mail = VendorClient.Mail("bare");
        await rails.DeliverAsync("action-mailbox", "/rails/action_mailbox/relay/inbound_emails", mail, Password);
        var source = (await rails.SaidAsync()).GetProperty("source").GetBytesFromBase64();
        Assert.Equal(
            Convert.ToHexString(SHA256.HashData(mail)), Convert.ToHexString(SHA256.HashData(source.AsSpan(source.Length - mail.Length))));
    }

    private static async Task<VendorClient> StartAsync(PeerFolder folder, string ingress)
    {
        var ruby = PeerPrograms.Find("ruby", "ruby");
        var probe = await PeerProcess.RunAsync(
            "ruby", ruby, ["-e", "require 'webrick'; require 'sqlite3'; require 'action_mailbox/engine'"]);
        if (probe.ExitCode != 0)
            PeerPrograms.Missing<object>("Rails with Action Mailbox is missing (Debian packages ruby-rails, ruby-sqlite3)");
        return await VendorClient.StartAsync(
            ruby, [VendorClient.Script("action_mailbox_receiver.rb"), ingress, Password, folder.CreateFolder("rails")]);
    }
}
