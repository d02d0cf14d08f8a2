using System.Text;

namespace InboundBridge.UnitTests.MailFlow.Reception.Authors;

/// <summary>A lenient reader of mail that shares nothing with the product.</summary>
internal static class OtherReader
{
    /// <summary>The addresses of all From fields.</summary>
    public static List<string> Authors(string mail)
    {
        try
        {
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(mail));
            var read = MimeKit.MimeMessage.Load(stream, TestContext.Current.CancellationToken);
            return
            [
                .. read.From.Mailboxes.Select(mailbox => mailbox.Address),
                .. read.Headers.Where(header => header.Id == MimeKit.HeaderId.From).SelectMany(header =>
                    MimeKit.InternetAddressList.TryParse(header.RawValue, out var list)
                        ? list.Mailboxes.Select(mailbox => mailbox.Address) : []),
            ];
        }
        catch (FormatException)
        {
            // It shows nobody of such a mail.
            return [];
        }
    }
}
